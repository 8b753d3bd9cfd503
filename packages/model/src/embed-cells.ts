import { tf } from '@geneformer-ts/engine';
import { encoderInput } from './batch-input.js';
import { type AnyCells, readableCells } from './cells.js';
import { poolingInput } from './classifier-input.js';
import { embed, encode } from './encoder.js';
import { ArgumentError } from './errors.js';
import type { BertModel } from './model.js';
import { type Pooling, weightedMean } from './pooling.js';
import { readCells, type ReadingOptions } from './reading.js';

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
  { layer = -1, pooling = 'mean', ...options }: EmbeddingOptions = {},
): Promise<Embeddings> {
  const { config, parameters } = model;
  const states = config.num_hidden_layers + 1;
  const to = layer < 0 ? states + layer : layer;
  if (!Number.isInteger(to) || to < 0 || to >= states) {
    throw new ArgumentError('layer', layer, `give a whole number from ${-states} to ${states - 1}`);
  }
  const readable = readableCells(cells, model.cellsContract, options.maxLength);
  const cols = config.hidden_size;
  const data = new Float32Array(readable.lengths.length * cols);
  const { pad_token_id, max_position_embeddings } = config;
  await readCells(readable, pad_token_id, max_position_embeddings, 'embed', options, async (padded, batch) => {
    const vectors = tf.tidy(() => {
      const input = encoderInput(padded);
      const { first, mean } = poolingInput(padded, pooling, model.specialIds);
      const state = embed(parameters, config, input);
      const hidden = encode(parameters, config, state, input, { to, ...(first && { queries: first }) });
      return mean ? weightedMean(hidden, mean) : hidden;
    });
    const values = await vectors.data<'float32'>();
    vectors.dispose();
    batch.cells.forEach((cell, row) => data.set(values.subarray(row * cols, (row + 1) * cols), cell * cols));
  });
  return { data, rows: readable.lengths.length, cols };
}
