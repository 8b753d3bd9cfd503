import { tf } from '@geneformer-ts/engine';
import { type Activation, centeredVectors, type LayerCenters } from '../bert/centers.js';
import { embed, encode } from '../bert/encoder.js';
import { type PaddedBatch, withMask } from '../data/padded-batch.js';
import type { ReadableCells } from '../data/readable-cells.js';
import { encoderInput } from '../models/input.js';
import type { BertModel } from '../models/model.js';

/** The sample that the means of activations are measured on: a part of the longest of the first cells. */
const FIRST = 64;
const SAMPLED = 8;
const MOST_TOKENS = 256;

/** A model with weights of 8-bit integers, for one pass over cells. */
export interface Int8Reader<M extends BertModel> {
  model: M;
  /** Frees what belongs to this pass only. */
  dispose(): void;
}

/** Returns a model for a pass without training over some cells, with the weights of its encoder in 8-bit integers. */
export async function int8Reader<M extends BertModel>(model: M, cells: ReadableCells): Promise<Int8Reader<M>> {
  const centers = measureCenters(model, sampleBatch(cells, model.config.pad_token_id));
  let vectors = new Map<string, tf.Tensor>();
  tf.tidy(() => {
    vectors = centeredVectors(model.parameters, model.config, centers);
    for (const vector of vectors.values()) tf.keep(vector);
  });
  const owned = [...centers.flatMap((layer) => Object.values(layer) as tf.Tensor[]), ...vectors.values()];
  const dispose = (): void => tf.dispose(owned);
  try {
    // One read computes all of them, outside the graphs of the batches.
    await tf.tidy(() => tf.concat1d(owned.map((vector) => vector as tf.Tensor1D))).data();
    const parameters = await model.parameters.toInt8({ vectors, centers });
    return { model: Object.create(model, { parameters: { value: parameters } }) as M, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** Returns the means of the activations of every layer. */
function measureCenters({ parameters, config }: BertModel, batch: PaddedBatch): LayerCenters[] {
  const layers: Partial<LayerCenters>[] = Array.from({ length: config.num_hidden_layers }, () => ({}));
  tf.tidy(() => {
    const input = encoderInput(batch);
    const observe = (index: number, activation: Activation, x: tf.Tensor2D): void => {
      layers[index][activation] = tf.keep(tf.mean<tf.Tensor1D>(x, 0));
    };
    encode(parameters, config, embed(parameters, config, input), input, { observe });
  });
  return layers as LayerCenters[];
}

/** Returns cells cut to the same length, so that no position is padding. */
function sampleBatch(cells: ReadableCells, padId: number): PaddedBatch {
  const first = Int32Array.from({ length: Math.min(FIRST, cells.lengths.length) }, (_, cell) => cell);
  const longest = [...first].sort((a, b) => cells.lengths[b] - cells.lengths[a] || a - b).slice(0, SAMPLED);
  const length = Math.min(MOST_TOKENS, ...longest.map((cell) => cells.lengths[cell]));
  const rows = longest.length;
  const inputIds = new Int32Array(rows * length).fill(padId);
  const levels = cells.copyLevels && new Float32Array(rows * length);
  longest.forEach((cell, row) => {
    const whole = cells.lengths[cell];
    const ids = new Int32Array(whole);
    cells.copy(cell, ids, 0);
    inputIds.set(ids.subarray(0, length), row * length);
    if (!levels) return;
    const ofCell = new Float32Array(whole);
    cells.copyLevels!(cell, ofCell, 0);
    levels.set(ofCell.subarray(0, length), row * length);
  });
  const lengths = new Int32Array(rows).fill(length);
  return withMask({ rows, length, inputIds, lengths, ...(levels && { levels }) });
}
