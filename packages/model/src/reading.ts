import { type Batch, planShapes, readingBatches } from './batches.js';
import type { ReadableCells } from './cells.js';
import { collate, type PaddedBatch } from './collate.js';
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

/** Runs every cell through `visit` once, in batches of like length; `visit` gets the batch's cells to put results in order. */
export async function readCells(
  cells: ReadableCells,
  padId: number,
  maxPositions: number,
  stage: string,
  { batchTokens = 8192, onProgress, signal }: ReadingOptions,
  visit: (padded: PaddedBatch, batch: Batch) => Promise<void>,
): Promise<void> {
  const total = cells.lengths.length;
  const plan = planShapes(
    cells.lengths,
    { tokens: batchTokens },
    { maxBuckets: bucketsWorthCompiling(cells), maxLength: maxPositions },
  );
  let done = 0;
  for (const batch of readingBatches(cells.lengths, plan)) {
    signal?.throwIfAborted();
    await visit(collate(cells, batch, padId), batch);
    done += batch.cells.length;
    onProgress?.({ stage, done, total, unit: 'cells' });
  }
}

/** A graph takes about as long to compile as thousands of tokens take to read: few cells are read with few lengths. */
function bucketsWorthCompiling({ lengths }: ReadableCells): number {
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  return Math.min(8, 1 + Math.floor(tokens / 50_000));
}
