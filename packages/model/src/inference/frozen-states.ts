import { checkOptions, mixSeeds, type OptionNames } from '@geneformer-ts/core';
import { tf } from '@geneformer-ts/engine';
import { embed, encode } from '../bert/encoder.js';
import { type Pooling, weightedMean } from '../bert/heads.js';
import { embeddingLayout, freezing, layerLayout } from '../bert/layout.js';
import type { Batch } from '../data/batches.js';
import type { AnyCells } from '../data/cells.js';
import type { PaddedBatch } from '../data/padded-batch.js';
import { readableCells, type ReadableCells } from '../data/readable-cells.js';
import { FrozenStatesError } from '../errors.js';
import { encoderInput, poolingInput } from '../models/input.js';
import { type BertModel, weightsDigest } from '../models/model.js';
import { readBatches, readingOptionNames, type ReadingOptions } from './read-batches.js';

/** States have full precision, because training continues from them. */
type FreezingOptions = Omit<ReadingOptions, 'precision'> & { freezeLayers: number | 'all' };

const { precision: _, ...withoutPrecision } = readingOptionNames;
const known: OptionNames<FreezingOptions> = { freezeLayers: true, ...withoutPrecision };

/** The origin of the states, to check that they belong to a model. */
interface Origin {
  /** Index of the hidden state. */
  layer: number;
  /** Pooling, if only the pooled vector of each cell is kept; else null. */
  pooling: Pooling | null;
  /** Digest of the frozen weights. */
  weights: string;
  width: number;
}

/** Position of the values of each cell, and the tokens that they belong to. */
interface Index {
  starts: Float64Array;
  lengths: Int32Array;
  hashes: Int32Array;
}

/**
 * The output of the frozen part of a model for every cell, computed once for all epochs, folds and predictions. It contains all
 * positions, or only the pooled vector if the whole encoder is frozen below a pooling head.
 *
 * ```ts
 * const frozenStates = await FrozenStates.compute(model, cells, { freezeLayers: 'all' });
 * for (const { train, test } of folds) {
 *   const model = await BertForSequenceClassification.fromPretrained('pretrained', { labels });
 *   const args = { freezeLayers: 'all' } as const;
 *   await finetune(model, selectCells(cells, train), labelsOf(train), args, { frozenStates: frozenStates.select(train) });
 *   await predict(model, selectCells(cells, test), { frozenStates: frozenStates.select(test) });
 * }
 * ```
 */
export class FrozenStates {
  private constructor(
    private readonly data: Float32Array,
    private readonly origin: Origin,
    private readonly index: Index,
  ) {}

  /** Index of the hidden state: 0 is the output of the embeddings, i that of layer i. */
  get layer(): number {
    return this.origin.layer;
  }

  /** Whether there is one vector per cell, not one per token. */
  get pooled(): boolean {
    return this.origin.pooling !== null;
  }

  /** Returns the size of the states in bytes, for cells of given lengths. */
  static bytes(model: BertModel, lengths: Int32Array, layer: number): number {
    const vectors = pools(model, layer) ? lengths.length : lengths.reduce((sum, length) => sum + length, 0);
    return vectors * model.config.hidden_size * Float32Array.BYTES_PER_ELEMENT;
  }

  /**
   * Computes the output of `freezeLayers` frozen layers and frozen embeddings, without dropout.
   *
   * @throws ArgumentError if the model has fewer layers
   * @throws CellsError, VocabularyMismatchError if the model cannot read the cells
   */
  static async compute(model: BertModel, cells: AnyCells, options: FreezingOptions): Promise<FrozenStates> {
    checkOptions('compute', options, known);
    const { freezeLayers, ...reading } = options;
    const layer = freezing(model, freezeLayers, true).fixedState as number;
    return FrozenStates.of(model, readableCells(cells, model.cellsContract, reading.maxLength), layer, reading);
  }

  /** Computes the states of checked cells. */
  static async of(
    model: BertModel,
    cells: ReadableCells,
    layer: number,
    options: ReadingOptions,
  ): Promise<FrozenStates> {
    const { config, specialIds } = model;
    const width = config.hidden_size;
    const pooling = pools(model, layer) ? (model.pooling as Pooling) : null;
    const { lengths } = cells;
    const starts = new Float64Array(lengths.length + 1);
    lengths.forEach((length, cell) => (starts[cell + 1] = starts[cell] + (pooling ? 1 : length) * width));
    const data = new Float32Array(starts[lengths.length]);
    for await (const { reader, padded, batch } of readBatches(model, cells, 'prepare', options)) {
      const { parameters } = reader;
      const states = tf.tidy(() => {
        const input = encoderInput(padded);
        const state = embed(parameters, config, input);
        const { first, mean } = pooling ? poolingInput(padded, pooling, specialIds) : {};
        const hidden = encode(parameters, config, state, input, { to: layer, ...(first && { queries: first }) });
        return mean ? weightedMean(hidden, mean) : hidden;
      });
      const values = await states.data<'float32'>();
      states.dispose();
      const rowSize = pooling ? width : padded.length * width;
      batch.cells.forEach((cell, row) => {
        const size = starts[cell + 1] - starts[cell];
        data.set(values.subarray(row * rowSize, row * rowSize + size), starts[cell]);
      });
    }
    const origin = { layer, pooling, weights: await frozenDigest(model, layer), width };
    return new FrozenStates(data, origin, { starts: starts.slice(0, -1), lengths, hashes: hashesOf(cells) });
  }

  /** Returns the states of some cells, without copying. They belong to the result of `selectCells` with the same rows. */
  select(rows: Int32Array | readonly number[]): FrozenStates {
    const { starts, lengths, hashes } = this.index;
    const chosen = Int32Array.from(rows);
    return new FrozenStates(this.data, this.origin, {
      starts: Float64Array.from(chosen, (row) => starts[row]),
      lengths: chosen.map((row) => lengths[row]),
      hashes: chosen.map((row) => hashes[row]),
    });
  }

  /** Checks that the states belong to a model and cells. @throws FrozenStatesError */
  async check(model: BertModel, cells: ReadableCells): Promise<void> {
    const { layer, pooling, weights } = this.origin;
    if (pooling && pooling !== model.pooling) {
      throw new FrozenStatesError(`their pooling is "${pooling}", but that of the model is "${String(model.pooling)}"`);
    }
    if (weights !== (await frozenDigest(model, layer))) throw new FrozenStatesError('the frozen weights differ');
    const { lengths, hashes } = this.index;
    if (lengths.length !== cells.lengths.length) {
      throw new FrozenStatesError(`they were computed for ${lengths.length} cells, not ${cells.lengths.length}`);
    }
    const found = hashesOf(cells);
    const wrong = hashes.findIndex((hash, cell) => hash !== found[cell] || lengths[cell] !== cells.lengths[cell]);
    if (wrong >= 0) throw new FrozenStatesError(`cell ${wrong} has different tokens`);
  }

  /** Returns the pooled vectors of all cells [cells, hidden], in order. */
  vectors(): Float32Array {
    const { width } = this.origin;
    const { starts } = this.index;
    const data = new Float32Array(starts.length * width);
    starts.forEach((start, cell) => data.set(this.data.subarray(start, start + width), cell * width));
    return data;
  }

  /** Returns the states of a batch: [rows × length, hidden], or pooled [rows, hidden]; 0 at padding. */
  at(padded: PaddedBatch, batch: Batch): tf.Tensor2D {
    const { width } = this.origin;
    const vectors = this.pooled ? 1 : padded.length;
    const values = new Float32Array(padded.rows * vectors * width);
    batch.cells.forEach((cell, row) => {
      const start = this.index.starts[cell];
      const size = (this.pooled ? 1 : this.index.lengths[cell]) * width;
      values.set(this.data.subarray(start, start + size), row * vectors * width);
    });
    return tf.tensor2d(values, [padded.rows * vectors, width]);
  }
}

/** Returns whether only one vector per cell is needed: the whole encoder is frozen, and the head pools. */
function pools({ pooling, config }: BertModel, layer: number): boolean {
  return pooling !== undefined && layer === config.num_hidden_layers;
}

async function frozenDigest({ config, parameters }: BertModel, layer: number): Promise<string> {
  const layers = Array.from({ length: layer }, (_, index) => layerLayout(config, index)).flat();
  return weightsDigest(await parameters.read([...embeddingLayout(config), ...layers]));
}

function hashesOf({ lengths, copy, copyLevels }: ReadableCells): Int32Array {
  const ids = new Int32Array(lengths.reduce((most, length) => Math.max(most, length), 0));
  const levels = new Float32Array(copyLevels ? ids.length : 0);
  const bits = new Int32Array(levels.buffer);
  return lengths.map((length, cell) => {
    copy(cell, ids, 0);
    copyLevels?.(cell, levels, 0);
    return mixSeeds(...ids.subarray(0, length), ...bits.subarray(0, length));
  });
}
