import { describe, expect, test } from '@jest/globals';
import { attention, tf, useBackend } from '../index.js';
import { randomValues } from '../testing/random-values.js';
import { blocksOf } from './attention-blocks.js';

/** Large enough that planes are divided into blocks of rows. */
const shape = [1, 2, 576, 2];

describe('attention in blocks of rows', () => {
  test.each([
    ['plain', {}],
    ['with dropout', { dropout: { rate: 0.2, seed: 3 } }],
  ])('equals attention without blocks, %s', async (_name, options) => {
    const compute = async (): Promise<number[][]> => {
      const [q, k, v] = [1, 2, 3].map((seed) => tf.tensor(randomValues(2304, seed), shape)) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const mask = tf.tensor(
        Float32Array.from({ length: 576 }, (_, i) => (i < 500 ? 0 : -1e9)),
        [1, 1, 1, 576],
      );
      const weights = tf.tensor(randomValues(2304, 4), shape);
      const loss = (...[q, k, v]: tf.Tensor[]): tf.Tensor =>
        tf.sum(tf.mul(attention(q, k, v, { mask, ...options }), weights));
      const { value, grads } = tf.valueAndGrads(loss)([q, k, v]);
      return Promise.all([value, ...grads].map(async (tensor) => [...(await tensor.data())]));
    };
    await useBackend('wasm');
    const expected = await compute();
    await useBackend('onnx', { threads: 1 });
    const blocked = await compute();
    blocked.forEach((values, i) => expect(values).toBeAllClose(expected[i], { rtol: 2e-5, atol: 2e-5 }));
  });
});

describe('blocks', () => {
  test('contain every score once', () => {
    for (const [planes, length] of [
      [8, 2048],
      [16, 512],
      [12, 4096],
      [6, 100],
      [5, 509],
      [3, 1021],
      [1, 1],
    ] as const) {
      const { count, planes: together, rows } = blocksOf(planes, length, length);
      expect(count * together * rows).toBe(planes * length);
    }
  });
});
