import { beforeAll, describe, expect, test } from '@jest/globals';
import { fillNormal, namedRandom, shuffle } from '@geneformer-ts/core';
import { tf, useBackend } from '@geneformer-ts/engine';
import { embeddingSum, encode, normalizeEmbeddings } from '../bert/encoder.js';
import { presetConfig } from '../bert/presets.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { deletionGradients } from './deletion-gradients.js';
import { readStates } from './read-states.js';

const length = 60;
/** Larger initial weights than usual, so that tokens matter to each other. */
const config = { ...presetConfig('tiny', 104), initializer_range: 0.1, max_position_embeddings: 64 };
const width = config.hidden_size;
const inputIds = Int32Array.from(
  shuffle(
    Array.from({ length: 100 }, (_, i) => 4 + i),
    namedRandom(3, 1),
  ).slice(0, length),
);
const counts = Float32Array.from(inputIds, (id) => 1 + (id % 7));
const directions = fillNormal(new Float32Array(3 * width), 1, namedRandom(3, 2));
const along = (vector: ArrayLike<number>, row: number): number => {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += vector[k] * directions[row * width + k];
  return sum;
};

/** A model whose position embeddings change slowly, as those of trained models do. */
function modelOf(settings: typeof config): BertForMaskedLM {
  const model = BertForMaskedLM.fromConfig(settings, { seed: 4 });
  const positions = Float32Array.from(
    { length: 64 * width },
    (_, i) => 0.1 * Math.sin(Math.floor(i / width) / 20 + (i % width)),
  );
  const at = model.parameters.get('bert.embeddings.position_embeddings.weight');
  at.assign(tf.tensor2d(positions, [64, width]));
  return model;
}

beforeAll(() => useBackend('onnx', { threads: 1 }));

const models = [
  ['mean, last layer', config, { pooling: 'mean', layer: -1 }],
  ['mean, first layer', config, { pooling: 'mean', layer: 1 }],
  ['cls', config, { pooling: 'cls', layer: -1 }],
  ['mean, with levels', { ...config, expression_levels: true }, { pooling: 'mean', layer: -1 }],
] as const;

describe.each(models)('%s', (_name, settings, request) => {
  test('is close to the change of vectors without a token', async () => {
    const own = modelOf(settings);
    const vectorOf = async (ids: Int32Array, levels: Float32Array) =>
      (await readStates(own, { rows: 1, length: ids.length, inputIds: ids, counts: levels }, request)).vectors!;
    const original = await vectorOf(inputIds, counts);
    const found = await deletionGradients(own, { inputIds, counts }, directions, request);
    expect(found.length).toBe(3 * length);
    const [exact, error] = [0, 0].map(() => new Float64Array(3));
    // The vector at position 0 is that of another token if the first one is deleted.
    for (let at = request.pooling === 'cls' ? 1 : 0; at < length; at++) {
      const without = <T extends Int32Array | Float32Array>(values: T) => values.filter((_, i) => i !== at) as T;
      const vector = await vectorOf(without(inputIds), without(counts));
      for (let row = 0; row < 3; row++) {
        const change = along(vector, row) - along(original, row);
        exact[row] += change ** 2;
        error[row] += (found[row * length + at] - change) ** 2;
      }
    }
    // Sums of squares: an error of 10 % of the change.
    for (let row = 0; row < 3; row++) expect(error[row] / exact[row]).toBeLessThan(0.01);
  });
});

test('equals finite differences of weights and positions', async () => {
  const model = modelOf(config);
  const { parameters } = model;
  const found = await deletionGradients(model, { inputIds }, directions.subarray(0, width));
  const positions = await parameters.get('bert.embeddings.position_embeddings.weight').data();
  /** The vector along the direction after a step: weight 1 − step, and later tokens moved by a part of a position. */
  const after = async (at: number, step: number): Promise<number> => {
    const mean = tf.tidy(() => {
      const input = { rows: 1, length, inputIds: tf.tensor1d(inputIds, 'int32') };
      const moved = Float32Array.from({ length: length * width }, (_, i) =>
        i >= (at + 1) * width ? step * (positions[i - width] - positions[i]) : 0,
      );
      const sum: tf.Tensor2D = tf.add(embeddingSum(parameters, config, input), tf.tensor2d(moved, [length, width]));
      const weights = Float32Array.from({ length }, (_, i) => (i === at ? 1 - step : 1));
      const keyWeights = tf.log<tf.Tensor2D>(tf.tensor2d(weights, [1, length]));
      const hidden = encode(parameters, config, normalizeEmbeddings(parameters, config, sum), input, { keyWeights });
      const shares = tf.tensor2d(
        weights.map((weight) => weight / (length - step)),
        [1, length],
      );
      return tf.matMul(shares, hidden);
    });
    return along(await mean.data(), 0);
  };
  const STEP = 0.005;
  for (const at of [0, 1, 17, 42, length - 1]) {
    const difference = ((await after(at, STEP)) - (await after(at, -STEP))) / (2 * STEP);
    expect(Math.abs(found[at] - difference)).toBeLessThan(2e-3 * Math.abs(difference) + 2e-4);
  }
});

test('directions that are not of the width of the model are refused', async () => {
  const model = modelOf(config);
  await expect(deletionGradients(model, { inputIds }, new Float32Array(3))).rejects.toThrow('directions.length: 3');
});
