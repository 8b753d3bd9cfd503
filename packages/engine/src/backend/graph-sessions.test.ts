import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  attention,
  layerNorm,
  linear,
  sparseSoftmaxCrossEntropy,
  stats,
  tf,
  trimMemory,
  useBackend,
} from '../index.js';
import { randomValues } from '../testing/random-values.js';

const WIDTH = 8;
const HEADS = 2;

/** Returns the gradients of a transformer's layer on a batch; every op depends on the sizes. */
async function gradients(rows: number, length: number): Promise<Float32Array[]> {
  const variable = (shape: number[], seed: number) =>
    tf.variable(tf.tensor(randomValues(tf.util.sizeFromShape(shape), seed), shape));
  const weights = [
    variable([11, WIDTH], 1),
    variable([WIDTH, WIDTH], 2),
    variable([WIDTH, 3], 3),
    variable([WIDTH], 4),
    variable([WIDTH], 5),
  ];
  const ids = tf.tensor1d(
    Int32Array.from({ length: rows * length }, (_, i) => (i * 7) % 11),
    'int32',
  );
  const grads = tf.tidy(() => {
    const [tokens, q, classes, gamma, beta] = weights as unknown as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const heads = (y: tf.Tensor) => tf.transpose(tf.reshape(y, [rows, length, HEADS, WIDTH / HEADS]), [0, 2, 1, 3]);
    const found = tf.variableGrads(() => {
      const x = layerNorm(tf.gather(tokens, ids), gamma, beta);
      const context = attention(heads(linear(x, q, beta)), heads(x), heads(x), {
        mask: tf.zeros([rows, 1, 1, length]),
      });
      const merged = tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [rows * length, WIDTH]);
      const mean = tf.mean(tf.reshape(tf.add(x, merged), [rows, length, WIDTH]), 1);
      const labels = tf.tensor1d(
        Int32Array.from({ length: rows }, (_, i) => i % 3),
        'int32',
      );
      return sparseSoftmaxCrossEntropy(linear(mean, classes), labels);
    }, weights);
    return weights.map(({ name }) => tf.keep(found.grads[name]));
  });
  const values = await Promise.all(grads.map((grad) => grad.data<'float32'>()));
  tf.dispose([...grads, ...weights, ids]);
  return values;
}

/** Without sizes of 1: gradients of tfjs leave out the sum over an axis of size 1, which is another structure. */
const sizes: [rows: number, length: number][] = [
  [2, 5],
  [3, 7],
  [5, 2],
  [4, 12],
  [2, 5],
];

describe('graphs of one structure and many sizes', () => {
  beforeEach(async () => {
    await useBackend('onnx', { threads: 1 });
    await trimMemory();
  });

  test('are compiled twice, and have the bits of graphs that are compiled for their sizes', async () => {
    const alone: Float32Array[][] = [];
    for (const [i, [rows, length]] of sizes.entries()) {
      // Other options make another backend, which knows no structure.
      await useBackend('onnx', { threads: 1, spin: i % 2 === 0 });
      alone.push(await gradients(rows, length));
    }
    await useBackend('onnx', { threads: 1 });
    const before = stats()?.compiles ?? 0;
    const together: Float32Array[][] = [];
    for (const [rows, length] of sizes) together.push(await gradients(rows, length));
    expect(together).toEqual(alone);
    expect((stats()?.compiles ?? 0) - before).toBe(2);
  });

  test('share a session again after it was freed', async () => {
    const first = await gradients(2, 6);
    await gradients(3, 8);
    await trimMemory();
    expect(await gradients(2, 6)).toEqual(first);
    expect(stats()?.sessions).toBe(1);
  });
});
