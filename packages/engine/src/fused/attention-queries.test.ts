import { expect, test } from '@jest/globals';
import { attention, tf } from '../index.js';
import { describeBackends } from '../testing/backends.js';
import { randomValues } from '../testing/random-values.js';

const head = (length: number, seed: number) => tf.tensor4d(randomValues(2 * 2 * length * 4, seed), [2, 2, length, 4]);

describeBackends('attention with queries at some positions', () => {
  test('equals attention with queries at all positions, and has the same gradients', async () => {
    const [q, k, v] = [head(5, 1), head(5, 2), head(5, 3)];
    const mask = tf.tensor([0, 0, 0, 0, -1e9, 0, 0, 0, 0, 0], [2, 1, 1, 5]);
    const first = (x: tf.Tensor) => tf.slice(x, [0, 0, 0, 0], [2, 2, 2, 4]);
    const allQueries = (x: tf.Tensor, y: tf.Tensor, z: tf.Tensor) =>
      tf.sum(tf.square(first(attention(x, y, z, { mask }))));
    const someQueries = (x: tf.Tensor, y: tf.Tensor, z: tf.Tensor) =>
      tf.sum(tf.square(attention(first(x), y, z, { mask })));
    const expected = tf.grads(allQueries)([q, k, v]);
    const actual = tf.grads(someQueries)([q, k, v]);
    for (const [i, gradient] of actual.entries()) {
      expect(await gradient.data()).toBeAllClose(await expected[i].data(), { rtol: 1e-5, atol: 1e-5 });
    }
  });

  test('applies dropout to queries × keys probabilities', async () => {
    const y = attention(head(2, 1), head(7, 2), head(7, 3), { dropout: { rate: 0.5, seed: 3 } });
    expect(y.shape).toEqual([2, 2, 2, 4]);
    expect((await y.data()).every(Number.isFinite)).toBe(true);
  });
});
