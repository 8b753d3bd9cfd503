import { ArgumentError } from '@geneformer-ts/core';
import { tf } from '@geneformer-ts/engine';
import type { BertConfig } from '../bert/config.js';
import { embed, encode } from '../bert/encoder.js';
import { type Pooling, weightedMean } from '../bert/heads.js';
import { type AnyCells, cellLengths, namesOf } from '../data/cells.js';
import { readableCells } from '../data/readable-cells.js';
import { encoderInput, poolingInput } from '../models/input.js';
import type { BertModel } from '../models/model.js';
import { readBatches, type ReadingOptions } from './read-batches.js';

export interface EmbeddingOptions extends ReadingOptions {
  /**
   * Hidden state to read: 0 is the embeddings' output, i that of layer i; negative from the end, −1 the last (default), −2 the one
   * before, which upstream prefers for general use.
   */
  layer?: number;
  /** Default `mean` over genes, specials and padding left out; `cls`: position 0. */
  pooling?: Pooling;
}

/** A dense matrix, row-major. */
export interface Embeddings {
  data: Float32Array;
  rows: number;
  cols: number;
  /** Names of the cells, where they have some. */
  cellIds?: string[];
}

/** Vectors of some cells. */
export interface EmbeddedBatch {
  /** Which cells: indices into those given. */
  cells: Int32Array;
  /** One vector each [cells.length × hidden_size], row-major. */
  data: Float32Array;
}

/**
 * One vector a cell [cells × hidden_size], in the order of the cells. Works with any head; independent of `batchTokens` beyond
 * rounding.
 *
 * @throws ArgumentError for a layer the model does not have
 * @throws CellsError, VocabularyMismatchError when the model cannot read the cells
 */
export async function embedCells(
  model: BertModel,
  cells: AnyCells,
  options: EmbeddingOptions = {},
): Promise<Embeddings> {
  const cols = model.config.hidden_size;
  const rows = cellLengths(cells).length;
  const data = new Float32Array(rows * cols);
  for await (const batch of embedBatches(model, cells, options)) {
    batch.cells.forEach((cell, row) => data.set(batch.data.subarray(row * cols, (row + 1) * cols), cell * cols));
  }
  return { data, rows, cols, ...namesOf(cells) };
}

/**
 * The same batch by batch, in the order they are computed (by length): for cells whose vectors together do not fit in memory.
 *
 * @throws the errors of `embedCells`
 */
export async function* embedBatches(
  model: BertModel,
  cells: AnyCells,
  { layer = -1, pooling = 'mean', ...options }: EmbeddingOptions = {},
): AsyncGenerator<EmbeddedBatch> {
  const { config, parameters } = model;
  const to = hiddenStateIndex(layer, config);
  const readable = readableCells(cells, model.cellsContract, options.maxLength);
  const cols = config.hidden_size;
  for await (const { padded, batch } of readBatches(readable, config, 'embed', options)) {
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
 * Index of a hidden state counted from 0, of one counted from either end.
 *
 * @throws ArgumentError for a layer the model does not have
 */
export function hiddenStateIndex(layer: number, { num_hidden_layers }: BertConfig): number {
  const states = num_hidden_layers + 1;
  const index = layer < 0 ? states + layer : layer;
  if (Number.isInteger(index) && index >= 0 && index < states) return index;
  throw ArgumentError.of('layer', layer, `a whole number from ${-states} to ${states - 1}`);
}
