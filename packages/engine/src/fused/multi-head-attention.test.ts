import { beforeAll, describe, expect, test } from '@jest/globals';
import { attention, multiHeadAttention, tf, useBackend } from '../index.js';
import { randomValues } from '../testing/random-values.js';

const random = (shape: number[], seed: number) => tf.tensor(randomValues(tf.util.sizeFromShape(shape), seed), shape);

/** The definition, of plain tfjs ops. */
function reference(q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, heads: number, mask?: tf.Tensor): tf.Tensor {
  const split = (x: tf.Tensor): tf.Tensor =>
    tf.transpose(tf.reshape(x, [x.shape[0], x.shape[1]!, heads, x.shape[2]! / heads]), [0, 2, 1, 3]);
  const scores = tf.div(tf.matMul(split(q), split(k), false, true), tf.scalar(Math.sqrt(q.shape[2]! / heads)));
  const context = tf.matMul(tf.softmax(mask ? tf.add(scores, mask) : scores), split(v));
  return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), q.shape);
}

const sizes = [
  ['one token', { batch: 1, queries: 1, length: 1, width: 4, heads: 2 }],
  ['odd sizes', { batch: 3, queries: 7, length: 7, width: 15, heads: 3 }],
  ['fewer queries than keys', { batch: 2, queries: 2, length: 9, width: 8, heads: 2 }],
] as const;
/** Too large for the cpu backend of a test. */
const large = [['several blocks', { batch: 1, queries: 700, length: 700, width: 16, heads: 2 }]] as const;

describe.each(['onnx', 'cpu'] as const)('multi-head attention on %s', (backend) => {
  beforeAll(() => useBackend(backend, { threads: 1 }));

  test.each([...sizes, ...(backend === 'onnx' ? large : [])])(
    'has the values and gradients of its definition: %s',
    async (_, { batch, queries, length, width, heads }) => {
      const operands = [
        random([batch, queries, width], 1),
        random([batch, length, width], 2),
        random([batch, length, width], 3),
      ] as [tf.Tensor, tf.Tensor, tf.Tensor];
      const weight = random([batch, queries, width], 4);
      const results: Float32Array[][] = [];
      for (const f of [
        reference,
        (...[q, k, v]: [tf.Tensor, tf.Tensor, tf.Tensor]) => multiHeadAttention(q, k, v, { heads }),
      ]) {
        const value = f(...operands, heads);
        const grads = tf.grads((q, k, v) => tf.sum(tf.mul(f(q, k, v, heads), weight)))(operands);
        results.push(await Promise.all([value, ...grads].map((tensor) => tensor.data<'float32'>())));
      }
      const [expected, actual] = results as [Float32Array[], Float32Array[]];
      actual.forEach((values, i) => expect(values).toBeAllClose(expected[i], { rtol: 1e-4, atol: 1e-5 }));
    },
  );

  test('hides masked keys', async () => {
    const [q, k, v] = [1, 2, 3].map((seed) => random([2, 5, 8], seed)) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const mask = tf.tensor4d([0, 0, 0, -1e9, -1e9, 0, 0, 0, 0, 0], [2, 1, 1, 5]);
    const actual = await multiHeadAttention(q, k, v, { heads: 2, mask }).data();
    expect(actual).toBeAllClose(await reference(q, k, v, 2, mask).data(), { rtol: 1e-4, atol: 1e-5 });
  });

  test('applies dropout to the probabilities of attention', async () => {
    const [q, k, v] = [1, 2, 3].map((seed) => random([2, 5, 8], seed)) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const dropout = { rate: 0.5, seed: 3 };
    const heads = (x: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(x, [2, 5, 2, 4]), [0, 2, 1, 3]);
    const context = attention(heads(q), heads(k), heads(v), { dropout });
    const expected = tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [2, 5, 8]);
    expect(await multiHeadAttention(q, k, v, { heads: 2, dropout }).data()).toEqual(await expected.data());
  });

  test('names shapes that do not match', () => {
    const x = random([2, 5, 8], 1);
    expect(() => multiHeadAttention(x, random([2, 4, 8], 2), x, { heads: 2 })).toThrow(
      /q, k and v do not match: \[2, 5, 8\]/,
    );
    expect(() => multiHeadAttention(x, x, x, { heads: 3 })).toThrow(
      'heads: 3 is not valid; use a divisor of the width, 8',
    );
  });
});
