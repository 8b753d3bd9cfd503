import { tf } from '@geneformer-ts/engine';
import { encoderInput } from './batch-input.js';
import type { Batch } from './batches.js';
import type { ReadableCells } from './cells.js';
import { poolingInput } from './classifier-input.js';
import type { PaddedBatch } from './collate.js';
import { embed, encode } from './encoder.js';
import { readCells, type ReadingOptions } from './reading.js';
import type { BertForSequenceClassification } from './sequence-classification.js';

/**
 * The output of the frozen part of a classifier for every cell, computed once: all its positions, or the pooled vector alone when the
 * whole encoder is frozen.
 */
export class FixedStates {
  private constructor(
    private readonly data: Float32Array,
    /** Where each cell's values begin in `data`. */
    private readonly starts: Float64Array,
    private readonly width: number,
    /** Whether a cell has one vector rather than one a token. */
    readonly pooled: boolean,
  ) {}

  /** Bytes the states of these cells take. */
  static bytes(model: BertForSequenceClassification, cells: ReadableCells, layer: number): number {
    const whole = layer === model.config.num_hidden_layers;
    const vectors = whole ? cells.lengths.length : cells.lengths.reduce((sum, length) => sum + length, 0);
    return vectors * model.config.hidden_size * Float32Array.BYTES_PER_ELEMENT;
  }

  static async compute(
    model: BertForSequenceClassification,
    cells: ReadableCells,
    layer: number,
    options: ReadingOptions,
  ): Promise<FixedStates> {
    const { config, parameters, pooling, specialIds } = model;
    const width = config.hidden_size;
    const pooled = layer === config.num_hidden_layers;
    const starts = new Float64Array(cells.lengths.length + 1);
    cells.lengths.forEach((length, cell) => (starts[cell + 1] = starts[cell] + (pooled ? 1 : length) * width));
    const data = new Float32Array(starts[cells.lengths.length]);
    const { pad_token_id, max_position_embeddings } = config;
    await readCells(cells, pad_token_id, max_position_embeddings, 'prepare', options, async (padded, batch) => {
      const states = tf.tidy(() => {
        const input = encoderInput(padded);
        const state = embed(parameters, config, input);
        if (pooled) return model.pool(state, { ...input, ...poolingInput(padded, pooling, specialIds) }, { from: 0 });
        return encode(parameters, config, state, input, { to: layer });
      });
      const values = await states.data<'float32'>();
      states.dispose();
      const rowSize = pooled ? width : padded.length * width;
      batch.cells.forEach((cell, row) => {
        const size = starts[cell + 1] - starts[cell];
        data.set(values.subarray(row * rowSize, row * rowSize + size), starts[cell]);
      });
    });
    return new FixedStates(data, starts, width, pooled);
  }

  /** The states of a batch: [rows × length, hidden], or pooled [rows, hidden]; 0 at padding. */
  of(padded: PaddedBatch, batch: Batch): tf.Tensor2D {
    const vectors = this.pooled ? 1 : padded.length;
    const values = new Float32Array(padded.rows * vectors * this.width);
    batch.cells.forEach((cell, row) => {
      values.set(this.data.subarray(this.starts[cell], this.starts[cell + 1]), row * vectors * this.width);
    });
    return tf.tensor2d(values, [padded.rows * vectors, this.width]);
  }
}
