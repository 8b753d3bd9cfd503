import { tf } from '../tf.js';
import { checkDropout, dropoutMask } from '../random/mask-pool.js';

/**
 * Applies inverted dropout: each element becomes 0 with probability `rate`, and is divided by `1 - rate` otherwise.
 *
 * The mask depends only on shape, rate and seed; it is the same on every backend, in every run and for every number of threads. Use a
 * different seed for each call in a model and for each step. With a rate of 0 the result equals `x`.
 *
 * ```ts
 * await dropout(tf.ones([4]), 0.5, 1).data(); // values are 0 or 2
 * ```
 *
 * @throws {ArgumentError} unless 0 <= rate < 1 and the seed is an integer
 */
export function dropout(x: tf.Tensor, rate: number, seed: number): tf.Tensor {
  checkDropout(rate, seed);
  if (rate === 0) return tf.clone(x);
  return tf.tidy(() => tf.mul(x, tf.tensor(dropoutMask(x.size, rate, seed), x.shape, 'float32')));
}
