import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { tf } from '@geneformer-ts/engine';
import type { BertConfig } from '../bert/config.js';
import { embed, encode } from '../bert/encoder.js';
import { type Pooling, weightedMean } from '../bert/heads.js';
import { type AnyCells, cellLengths, namesOf } from '../data/cells.js';
import { readableCells } from '../data/readable-cells.js';
import { encoderInput, poolingInput } from '../models/input.js';
import type { BertModel } from '../models/model.js';
import { readBatches, readingOptionNames, type ReadingOptions } from './read-batches.js';

/** Options of `embedCells` and `embedBatches`. */
export interface EmbeddingOptions extends ReadingOptions {
  /**
   * Index of the hidden state: 0 is the output of the embeddings, i that of layer i; negative values count from the end. Default −1,
   * the last. Geneformer's authors recommend −2 for general use.
   */
  layer?: number;
  /** Default `mean`: over the genes, without special tokens and padding. `cls`: position 0. */
  pooling?: Pooling;
}

const known: OptionNames<EmbeddingOptions> = { layer: true, pooling: true, ...readingOptionNames };

/** A dense matrix, row-major, with one row per cell. */
export interface Embeddings {
  data: Float32Array;
  rows: number;
  cols: number;
  /** Names of the cells, if they have any. */
  cellIds?: string[];
}

/** The vectors of a batch of cells. */
export interface EmbeddedBatch {
  /** Indices of the cells. */
  cells: Int32Array;
  /** One vector per cell [cells.length × hidden_size], row-major. */
  data: Float32Array;
}

/**
 * Returns one vector per cell [cells × hidden_size], in the order of the cells. Works with any head. Apart from rounding, vectors do
 * not depend on `batchTokens`.
 *
 * ```ts
 * const model = await BertForMaskedLM.fromPretrained('checkpoints/Geneformer-V1-10M');
 * const { data, rows, cols } = await embedCells(model, cells, { layer: -2 }); // cols: 256
 * ```
 *
 * @throws ArgumentError for a layer that the model does not have
 * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
 */
export async function embedCells(
  model: BertModel,
  cells: AnyCells,
  options: EmbeddingOptions = {},
): Promise<Embeddings> {
  checkOptions('embedCells', options, known);
  const cols = model.config.hidden_size;
  const rows = cellLengths(cells).length;
  const data = new Float32Array(rows * cols);
  for await (const batch of embeddedBatches(model, cells, options)) {
    batch.cells.forEach((cell, row) => data.set(batch.data.subarray(row * cols, (row + 1) * cols), cell * cols));
  }
  return { data, rows, cols, ...namesOf(cells) };
}

/**
 * Yields the vectors of `embedCells` batch by batch, in the order of computation (by length), for results larger than memory.
 *
 * ```ts
 * for await (const { cells: rows, data } of embedBatches(model, cells)) await write(rows, data);
 * ```
 *
 * @throws the errors of `embedCells`
 */
export async function* embedBatches(
  model: BertModel,
  cells: AnyCells,
  options: EmbeddingOptions = {},
): AsyncGenerator<EmbeddedBatch> {
  checkOptions('embedBatches', options, known);
  yield* embeddedBatches(model, cells, options);
}

/** {@link embedBatches} with options that are checked. */
async function* embeddedBatches(
  model: BertModel,
  cells: AnyCells,
  { layer = -1, pooling = 'mean', ...options }: EmbeddingOptions,
): AsyncGenerator<EmbeddedBatch> {
  const { config } = model;
  const to = hiddenStateIndex(layer, config);
  const readable = readableCells(cells, model.cellsContract, options.maxLength);
  const cols = config.hidden_size;
  for await (const { reader, padded, batch } of readBatches(model, readable, 'embed', options)) {
    const { parameters } = reader;
    const vectors = tf.tidy(() => {
      const input = encoderInput(padded);
      const { first, mean } = poolingInput(padded, pooling, model.specialIds);
      const state = embed(parameters, config, input);
      const hidden = encode(parameters, config, state, input, { to, ...(first && { queries: first }) });
      return mean ? weightedMean(hidden, mean) : hidden;
    });
    const values = await vectors.data<'float32'>();
    vectors.dispose();
    yield { cells: batch.cells, data: values.slice(0, batch.cells.length * cols) };
  }
}

/**
 * Returns the index of a hidden state counted from 0, for an index counted from either end.
 *
 * @throws ArgumentError for a layer that the model does not have
 */
export function hiddenStateIndex(layer: number, { num_hidden_layers }: BertConfig): number {
  const states = num_hidden_layers + 1;
  const index = layer < 0 ? states + layer : layer;
  if (Number.isInteger(index) && index >= 0 && index < states) return index;
  throw ArgumentError.of('layer', layer, `a whole number from ${-states} to ${states - 1}`);
}
