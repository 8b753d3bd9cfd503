import { type Batch, planShapes, readingBatches } from './batches.js';
import type { ReadableCells } from './cells.js';
import { collate, type PaddedBatch } from './collate.js';
import type { BertConfig } from './config.js';
import type { Progress } from './progress.js';

export interface ReadingOptions {
  /** Padded tokens a batch; default 8192. More is not faster once the cores are busy, and takes more memory. */
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
  { pad_token_id, max_position_embeddings }: BertConfig,
  stage: string,
  { batchTokens = 8192, onProgress, signal }: ReadingOptions,
): AsyncGenerator<ReadBatch> {
  const total = cells.lengths.length;
  const plan = planShapes(
    cells.lengths,
    { tokens: batchTokens },
    { maxBuckets: bucketsWorthCompiling(cells), maxLength: max_position_embeddings },
  );
  let done = 0;
  for (const batch of readingBatches(cells.lengths, plan)) {
    signal?.throwIfAborted();
    yield { padded: collate(cells, batch, pad_token_id), batch };
    done += batch.cells.length;
    onProgress?.({ stage, done, total, unit: 'cells' });
  }
}

/** A graph takes about as long to compile as thousands of tokens take to read: few cells are read with few lengths. */
function bucketsWorthCompiling({ lengths }: ReadableCells): number {
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  return Math.min(8, 1 + Math.floor(tokens / 50_000));
}
