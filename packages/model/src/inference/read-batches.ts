import { type OptionNames, type Progress } from '@geneformer-ts/core';
import type { BertConfig } from '../bert/config.js';
import type { Batch } from '../data/batches.js';
import { bucketLengths } from '../data/buckets.js';
import { collate, type PaddedBatch } from '../data/padded-batch.js';
import type { ReadableCells } from '../data/readable-cells.js';

/** Options of all functions that compute outputs of a model for cells. */
export interface ReadingOptions {
  /**
   * Maximum number of padded tokens per batch; default 524,288 / hidden_size, between 1,024 and 8,192. Larger batches need more
   * memory and are not faster once all cores are busy.
   */
  batchTokens?: number;
  /** Maximum tokens per cell, to which cells are truncated; default the number of positions of the model. */
  maxLength?: number;
  /** Called after each batch, with the number of cells. */
  onProgress?: Progress;
  /** Cancels between batches; the call throws the reason of the signal. */
  signal?: AbortSignal;
}

export const readingOptionNames: OptionNames<ReadingOptions> = {
  batchTokens: true,
  maxLength: true,
  onProgress: true,
  signal: true,
};

/** A padded batch, and its cells, to put the results in order. */
export interface ReadBatch {
  padded: PaddedBatch;
  batch: Batch;
}

/** Yields every cell once, in batches of similar length. Reports progress when the caller requests the next batch. */
export async function* readBatches(
  cells: ReadableCells,
  config: BertConfig,
  stage: string,
  { batchTokens = defaultBatchTokens(config), onProgress, signal }: ReadingOptions,
): AsyncGenerator<ReadBatch> {
  const total = cells.lengths.length;
  let done = 0;
  for (const batch of readingBatches(cells.lengths, config, batchTokens)) {
    signal?.throwIfAborted();
    yield { padded: collate(cells, batch, config.pad_token_id), batch };
    done += batch.cells.length;
    onProgress?.({ stage, done, total, unit: 'cells' });
  }
}

/** On two cores, V1-10M is as fast with 1,024 tokens as with 8,192 and needs a third of the memory; small models need large batches. */
function defaultBatchTokens({ hidden_size }: BertConfig): number {
  return Math.min(8192, Math.max(1024, Math.floor(2 ** 19 / hidden_size)));
}

/** Time to compile a graph on a small machine. Only the ratio to `operationsPerSecond` matters. */
const compileSeconds = 0.12;
/** Floating-point operations per second on a small machine. */
const operationsPerSecond = 1e11;

/**
 * Returns batches for a pass without training: every cell once, sorted by length, with one number of rows per padded length. The number
 * of lengths balances the cost of padding against the time to compile, in which a small model computes thousands of tokens and a
 * large one dozens.
 *
 * @param batchTokens maximum number of padded tokens per batch; a batch has at least one cell
 */
export function readingBatches(lengths: Int32Array, config: BertConfig, batchTokens: number): Batch[] {
  const buckets = bucketLengths(lengths, {
    maxBuckets: 16,
    maxLength: config.max_position_embeddings,
    cost: (length) => readingSeconds(config, length),
    perBucket: compileSeconds,
  });
  const order = Int32Array.from(lengths.keys()).sort((a, b) => lengths[a] - lengths[b] || a - b);
  const batches: Batch[] = [];
  let start = 0;
  for (const length of buckets) {
    let end = start;
    while (end < order.length && lengths[order[end]] <= length) end++;
    const cells = end - start;
    const most = Math.max(1, Math.floor(batchTokens / length));
    // The fewest batches, of equal size: there are fewer empty rows than batches.
    const rows = Math.ceil(cells / Math.ceil(cells / most));
    for (; start < end; start += rows) {
      batches.push({ rows, length, cells: order.slice(start, Math.min(end, start + rows)) });
    }
    start = end;
  }
  return batches;
}

/** Returns an estimate of the seconds to compute one cell of a length. */
function readingSeconds({ num_hidden_layers, hidden_size, intermediate_size }: BertConfig, length: number): number {
  const linear = 2 * (4 * hidden_size ** 2 + 2 * hidden_size * intermediate_size);
  const attention = 4 * hidden_size * length;
  return (num_hidden_layers * length * (linear + attention)) / operationsPerSecond;
}
