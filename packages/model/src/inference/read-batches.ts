import { ArgumentError, checkChoice, type OptionNames, type Progress } from '@geneformer-ts/core';
import type { BertConfig } from '../bert/config.js';
import type { Batch } from '../data/batches.js';
import { collate, type PaddedBatch } from '../data/padded-batch.js';
import type { ReadableCells } from '../data/readable-cells.js';
import type { BertModel, Precision } from '../models/model.js';
import { int8Reader } from './int8-reader.js';

/** Options of all functions that compute outputs of a model for cells. */
export interface ReadingOptions {
  /**
   * Maximum number of padded tokens per batch; default 524,288 / hidden_size, between 1,024 and 8,192. Larger batches need more
   * memory and are not faster once all cores are busy.
   */
  batchTokens?: number;
  /** Maximum tokens per cell, to which cells are truncated; default the number of positions of the model. */
  maxLength?: number;
  /**
   * Precision of the products with the weights of the encoder. Default `fp32`. `int8` is faster; it needs backend `onnx`. The README has
   * measured errors.
   */
  precision?: Precision;
  /** Called after each batch, with the number of cells. */
  onProgress?: Progress;
  /** Cancels between batches; the call throws the reason of the signal. */
  signal?: AbortSignal;
}

export const readingOptionNames: OptionNames<ReadingOptions> = {
  batchTokens: true,
  maxLength: true,
  precision: true,
  onProgress: true,
  signal: true,
};

/** A padded batch, and its cells, to put the results in order. */
export interface ReadBatch<M extends BertModel> {
  /** The model in the precision of the pass. */
  reader: M;
  padded: PaddedBatch;
  batch: Batch;
}

/** Yields every cell once, in batches of similar length. Reports progress when the caller requests the next batch. */
export async function* readBatches<M extends BertModel>(
  model: M,
  cells: ReadableCells,
  stage: string,
  { batchTokens = defaultBatchTokens(model.config), precision = 'fp32', onProgress, signal }: ReadingOptions,
): AsyncGenerator<ReadBatch<M>> {
  checkChoice('precision', precision, ['fp32', 'int8']);
  if (typeof batchTokens !== 'number' || !(batchTokens >= 1)) {
    throw ArgumentError.of('batchTokens', batchTokens, 'a number of at least 1');
  }
  const { config } = model;
  const int8 = precision === 'int8' ? await int8Reader(model, cells) : undefined;
  const reader = int8?.model ?? model;
  const total = cells.lengths.length;
  let done = 0;
  try {
    for (const batch of readingBatches(cells.lengths, config, batchTokens)) {
      signal?.throwIfAborted();
      yield { reader, padded: collate(cells, batch, config.pad_token_id), batch };
      done += batch.cells.length;
      onProgress?.({ stage, done, total, unit: 'cells' });
    }
  } finally {
    int8?.dispose();
  }
}

/** On two cores, V1-10M is as fast with 1,024 tokens as with 8,192 and needs a third of the memory; small models need large batches. */
function defaultBatchTokens({ hidden_size }: BertConfig): number {
  return Math.min(8192, Math.max(1024, Math.floor(2 ** 19 / hidden_size)));
}

/** Floating-point operations per second on a small machine. Only the ratio to `batchSeconds` matters. */
const operationsPerSecond = 1e11;
/** Time per batch that does not depend on its size: recording the ops and starting the graph. */
const batchSeconds = 1.5e-3;
/** Factor of the time of a batch with padding, whose attention needs a mask. */
const maskFactor = 1.15;

/**
 * Returns batches for a pass without training: every cell once, sorted by length. Cells of equal length share a batch, which then has no
 * padding and needs no mask. Cells of other lengths join them only if that is faster than another batch: in small models, and for short
 * cells.
 *
 * @param batchTokens maximum number of padded tokens per batch; a batch has at least one cell
 */
export function readingBatches(lengths: Int32Array, config: BertConfig, batchTokens: number): Batch[] {
  const order = Int32Array.from(lengths.keys()).sort((a, b) => lengths[a] - lengths[b] || a - b);
  const batches: Batch[] = [];
  let start = 0;
  while (start < order.length) {
    let end = endOfLength(order, lengths, start);
    for (let next = end; next < order.length; end = next) {
      next = endOfLength(order, lengths, end);
      if (
        !joins(
          config,
          batchTokens,
          [lengths[order[start]], lengths[order[end - 1]], lengths[order[end]]],
          end - start,
          next - end,
        )
      )
        break;
    }
    const length = lengths[order[end - 1]];
    const most = Math.max(1, Math.floor(batchTokens / length));
    // The fewest batches, of nearly equal size.
    const rows = Math.ceil((end - start) / Math.ceil((end - start) / most));
    for (; start < end; start += rows) {
      const cells = order.slice(start, Math.min(end, start + rows));
      batches.push({ rows: cells.length, length, cells });
    }
    start = end;
  }
  return batches;
}

/** Returns the end of the cells that have the length of the cell at `start`. */
function endOfLength(order: Int32Array, lengths: Int32Array, start: number): number {
  let end = start + 1;
  while (end < order.length && lengths[order[end]] === lengths[order[start]]) end++;
  return end;
}

/**
 * Whether `more` cells of the next length join a batch of `cells` cells.
 *
 * @param lengths shortest and longest cell of the batch, and the next length
 */
function joins(
  config: BertConfig,
  batchTokens: number,
  [shortest, longest, next]: [number, number, number],
  cells: number,
  more: number,
): boolean {
  if ((cells + more) * next > batchTokens) return false;
  const factor = shortest === longest ? 1 : maskFactor;
  const apart = factor * cells * readingSeconds(config, longest) + more * readingSeconds(config, next) + batchSeconds;
  return maskFactor * (cells + more) * readingSeconds(config, next) < apart;
}

/** Returns an estimate of the seconds to compute one cell of a length. */
function readingSeconds({ num_hidden_layers, hidden_size, intermediate_size }: BertConfig, length: number): number {
  const linear = 2 * (4 * hidden_size ** 2 + 2 * hidden_size * intermediate_size);
  const attention = 4 * hidden_size * length;
  return (num_hidden_layers * length * (linear + attention)) / operationsPerSecond;
}
