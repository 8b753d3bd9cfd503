import { tf } from '@geneformer-ts/engine';
import { encoderInput } from './batch-input.js';
import type { Batch } from './batches.js';
import type { ReadableCells } from './cells.js';
import { poolingInput } from './classifier-input.js';
import type { PaddedBatch } from './collate.js';
import { embed, encode } from './encoder.js';
import type { BertModel } from './model.js';
import { type Pooling, weightedMean } from './pooling.js';
import { readCells, type ReadingOptions } from './reading.js';

/**
 * The output of the frozen part of a model for every cell, computed once: all its positions, or the pooled vector alone when the
 * whole encoder is frozen below a head that pools.
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
  static bytes(model: BertModel, cells: ReadableCells, layer: number): number {
    const vectors = isPooled(model, layer)
      ? cells.lengths.length
      : cells.lengths.reduce((sum, length) => sum + length, 0);
    return vectors * model.config.hidden_size * Float32Array.BYTES_PER_ELEMENT;
  }

  static async compute(
    model: BertModel,
    cells: ReadableCells,
    layer: number,
    options: ReadingOptions,
  ): Promise<FixedStates> {
    const { config, parameters } = model;
    const width = config.hidden_size;
    const pooled = isPooled(model, layer);
    const starts = new Float64Array(cells.lengths.length + 1);
    cells.lengths.forEach((length, cell) => (starts[cell + 1] = starts[cell] + (pooled ? 1 : length) * width));
    const data = new Float32Array(starts[cells.lengths.length]);
    const { pad_token_id, max_position_embeddings } = config;
    await readCells(cells, pad_token_id, max_position_embeddings, 'prepare', options, async (padded, batch) => {
      const states = tf.tidy(() => {
        const input = encoderInput(padded);
        const state = embed(parameters, config, input);
        const { first, mean } = pooled ? poolingInput(padded, model.pooling as Pooling, model.specialIds) : {};
        const hidden = encode(parameters, config, state, input, { to: layer, ...(first && { queries: first }) });
        return mean ? weightedMean(hidden, mean) : hidden;
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

/** Of a whole encoder below a head that reads one vector a cell, only that vector is needed. */
function isPooled({ pooling, config }: BertModel, layer: number): boolean {
  return pooling !== undefined && layer === config.num_hidden_layers;
}
