import { type Random, shuffle } from '@geneformer-ts/core';
import { bucketLengths, type BucketOptions } from './buckets.js';

/** The cells of a batch and its padded shape. */
export interface Batch {
  /** Rows of the padded shape, at least `cells.length`; the others are empty. */
  rows: number;
  /** Tokens per row. */
  length: number;
  /** Indices of the cells, one per row. */
  cells: Int32Array;
}

/** Size of a batch: a number of cells, or a maximum number of padded tokens. */
export type BatchSize = { rows: number } | { tokens: number };

/** The shapes of batches. */
export interface BatchPlan {
  /** Padded lengths, ascending. */
  buckets: number[];
  /** Number of cells in a full batch, by bucket. */
  rows: number[];
}

/** Returns the shapes for a set of cells. They depend only on the lengths, so that every epoch has the same few shapes. */
export function planShapes(
  lengths: Int32Array,
  size: BatchSize,
  options: Pick<BucketOptions, 'maxBuckets' | 'maxLength' | 'perBucket'> = {},
): BatchPlan {
  const buckets = bucketLengths(lengths, options);
  const rows = buckets.map((length) => ('rows' in size ? size.rows : Math.max(1, Math.floor(size.tokens / length))));
  return { buckets, rows: rows.map((count) => Math.min(count, lengths.length)) };
}

/**
 * Returns the training batches of one epoch. Cells are shuffled and grouped by length, then the batches are shuffled. The remaining
 * cells of a bucket move to the next longer one, so that at most one batch of the epoch is not full. All batches have shapes of
 * the plan.
 */
export function trainingBatches(lengths: Int32Array, plan: BatchPlan, random: Random): Batch[] {
  const order = shuffle(
    Int32Array.from(lengths, (_, cell) => cell),
    random,
  );
  const batches = fillBuckets(order, lengths, plan);
  const positions = shuffle(
    Int32Array.from(batches, (_, index) => index),
    random,
  );
  return Array.from(positions, (position) => batches[position]);
}

/** Returns the number of batches per epoch, which is the same in every epoch. */
export function batchCount(lengths: Int32Array, plan: BatchPlan): number {
  return fillBuckets(
    Int32Array.from(lengths, (_, cell) => cell),
    lengths,
    plan,
  ).length;
}

function fillBuckets(order: Int32Array, lengths: Int32Array, plan: BatchPlan): Batch[] {
  const batches: Batch[] = [];
  const cellsOfBucket: number[][] = plan.buckets.map(() => []);
  const bucketOf = (length: number) => plan.buckets.findIndex((limit) => length <= limit);
  for (const cell of order) cellsOfBucket[bucketOf(lengths[cell])]?.push(cell);
  let remaining: number[] = [];
  plan.buckets.forEach((length, bucket) => {
    const rows = plan.rows[bucket];
    const candidates = [...remaining, ...cellsOfBucket[bucket]];
    const full = candidates.length - (candidates.length % rows);
    for (let start = 0; start < full; start += rows) {
      batches.push({ rows, length, cells: Int32Array.from(candidates.slice(start, start + rows)) });
    }
    remaining = candidates.slice(full);
  });
  if (remaining.length > 0) {
    batches.push({
      rows: plan.rows.at(-1) as number,
      length: plan.buckets.at(-1) as number,
      cells: Int32Array.from(remaining),
    });
  }
  return batches;
}

/** Maximum number of padded tokens to compute at once in training. */
const TOKENS_AT_ONCE = 4096;

/**
 * Splits a batch into pieces whose gradients add up to that of the batch. The memory of a step grows with the tokens computed at
 * once: twelve long cells need gigabytes, which take time to allocate and do not fit in the processor's caches. In pieces a step is a
 * third faster and needs a third of the memory.
 *
 * @returns pieces of the same shape, in the order of the batch; pieces without cells are omitted
 */
export function splitBatch({ rows, length, cells }: Batch, tokens = TOKENS_AT_ONCE): Batch[] {
  const fitting = Math.max(1, Math.floor(tokens / length));
  // All pieces have the same number of rows, because each shape needs its own compiled graph.
  const pieceRows = Math.ceil(rows / Math.ceil(rows / fitting));
  const pieces: Batch[] = [];
  for (let start = 0; start < cells.length; start += pieceRows) {
    pieces.push({ rows: pieceRows, length, cells: cells.subarray(start, start + pieceRows) });
  }
  return pieces;
}
