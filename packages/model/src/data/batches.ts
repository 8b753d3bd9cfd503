import { type Random, shuffle } from '@geneformer-ts/core';
import { bucketLengths, type BucketOptions } from './buckets.js';

/** Which cells go through the model together, and the shape they are padded to. */
export interface Batch {
  /** Rows of the padded shape: at least `cells.length`; the rest are empty. */
  rows: number;
  length: number;
  /** Indices of the cells, one a row. */
  cells: Int32Array;
}

/** How large a batch is: a number of cells, or as many as fit a number of padded tokens. */
export type BatchSize = { rows: number } | { tokens: number };

export interface BatchPlan {
  /** Padded lengths in use, ascending. */
  buckets: number[];
  /** Cells of a full batch of each bucket. */
  rows: number[];
}

/** Lengths and row counts for a set of cells; depends on their lengths only, so every epoch has the same few shapes. */
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
 * One epoch of training batches: cells shuffled, gathered by length, and the batches shuffled again. The few cells left over in a
 * bucket join the next longer one, so that at most one batch of the epoch is not full, and every batch has one of the plan's shapes.
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

/** Number of batches `trainingBatches` gives for these cells: the same in every epoch. */
export function batchCount(lengths: Int32Array, plan: BatchPlan): number {
  return fillBuckets(
    Int32Array.from(lengths, (_, cell) => cell),
    lengths,
    plan,
  ).length;
}

function fillBuckets(order: Int32Array, lengths: Int32Array, plan: BatchPlan): Batch[] {
  const batches: Batch[] = [];
  const waiting: number[][] = plan.buckets.map(() => []);
  const bucketOf = (length: number) => plan.buckets.findIndex((limit) => length <= limit);
  for (const cell of order) waiting[bucketOf(lengths[cell])]?.push(cell);
  let carried: number[] = [];
  plan.buckets.forEach((length, bucket) => {
    const rows = plan.rows[bucket];
    const here = [...carried, ...waiting[bucket]];
    const full = here.length - (here.length % rows);
    for (let start = 0; start < full; start += rows) {
      batches.push({ rows, length, cells: Int32Array.from(here.slice(start, start + rows)) });
    }
    carried = here.slice(full);
  });
  if (carried.length > 0) {
    batches.push({
      rows: plan.rows.at(-1) as number,
      length: plan.buckets.at(-1) as number,
      cells: Int32Array.from(carried),
    });
  }
  return batches;
}

/** Padded tokens that go through the model at once in training. */
const TOKENS_AT_ONCE = 4096;

/**
 * A batch in pieces whose gradients add up to the batch's own. What a step keeps for its gradient grows with the tokens that go through at once:
 * twelve long cells take gigabytes, which the system has to hand over page by page, and leave the processor's caches between any two ops. In pieces
 * a step is a third faster and takes a third of the memory.
 *
 * @returns pieces of one shape, in the batch's order; rows that hold no cell are left out where a whole piece is empty
 */
export function splitBatch({ rows, length, cells }: Batch, tokens = TOKENS_AT_ONCE): Batch[] {
  const fitting = Math.max(1, Math.floor(tokens / length));
  // All pieces have the same rows, since each shape is one compiled graph.
  const pieceRows = Math.ceil(rows / Math.ceil(rows / fitting));
  const pieces: Batch[] = [];
  for (let start = 0; start < cells.length; start += pieceRows) {
    pieces.push({ rows: pieceRows, length, cells: cells.subarray(start, start + pieceRows) });
  }
  return pieces;
}
