import type { Progress } from '@geneformer-ts/core';
import type { BertConfig } from '../bert/config.js';
import type { Batch } from '../data/batches.js';
import { bucketLengths } from '../data/buckets.js';
import { collate, type PaddedBatch } from '../data/padded-batch.js';
import type { ReadableCells } from '../data/readable-cells.js';

export interface ReadingOptions {
  /**
   * Padded tokens a batch; default 524,288 / hidden_size, from 1,024 to 8,192. More is not faster once the cores are busy, and takes more
   * memory.
   */
  batchTokens?: number;
  /** Cells are cut to this many tokens; default: the model's positions. */
  maxLength?: number;
  /** Told after each batch, in cells. */
  onProgress?: Progress;
  /** Stops between batches by throwing its reason. */
  signal?: AbortSignal;
}

/** A batch ready to be computed, and its cells, to put results in order. */
export interface ReadBatch {
  padded: PaddedBatch;
  batch: Batch;
}

/** Every cell once, in batches of like length. What is done with a batch is done when the next one is asked for. */
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

/** Measured on two cores: V1-10M reads as fast with 1,024 tokens as with 8,192, in a third of the memory; small models want large batches. */
function defaultBatchTokens({ hidden_size }: BertConfig): number {
  return Math.min(8192, Math.max(1024, Math.floor(2 ** 19 / hidden_size)));
}

/** Seconds to compile a graph, and floating-point operations a second: of a small machine, and only their ratio matters. */
const compileSeconds = 0.12;
const operationsPerSecond = 1e11;

/**
 * Batches for a pass that only reads: every cell once, by length, each padded length with one number of rows. How many lengths there are
 * weighs what padding costs this model against compiling: a small model reads thousands of tokens in that time, a large one dozens.
 *
 * @param batchTokens padded tokens a batch at most (one cell at least)
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
    // As many batches as it takes, of even size: no more empty rows than batches.
    const rows = Math.ceil(cells / Math.ceil(cells / most));
    for (; start < end; start += rows) {
      batches.push({ rows, length, cells: order.slice(start, Math.min(end, start + rows)) });
    }
    start = end;
  }
  return batches;
}

/** About how long one cell of a length takes. */
function readingSeconds({ num_hidden_layers, hidden_size, intermediate_size }: BertConfig, length: number): number {
  const linear = 2 * (4 * hidden_size ** 2 + 2 * hidden_size * intermediate_size);
  const attention = 4 * hidden_size * length;
  return (num_hidden_layers * length * (linear + attention)) / operationsPerSecond;
}
