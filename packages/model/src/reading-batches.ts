import type { Batch } from './batches.js';
import { bucketLengths } from './buckets.js';
import type { BertConfig } from './config.js';

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
