import type { Progress } from '@geneformer-ts/core';
import type { Batch } from './batches.js';
import type { ReadableCells } from './cells.js';
import { collate, type PaddedBatch } from './collate.js';
import type { BertConfig } from './config.js';
import { readingBatches } from './reading-batches.js';

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
