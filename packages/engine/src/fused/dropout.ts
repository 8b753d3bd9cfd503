import { tf } from '../tf.js';
import { checkDropout, dropoutMask } from '../random/mask-pool.js';

/**
 * Inverted dropout: each element becomes 0 with probability `rate`, and is divided by `1 - rate` otherwise.
 *
 * The mask is a pure function of the shape, the rate and the seed: the same on every backend, in every run and at every thread count.
 * Give each place and each step a seed of its own. With a rate of 0 this is the identity.
 *
 * @throws {ArgumentError} unless 0 <= rate < 1 and the seed is an integer
 */
export function dropout(x: tf.Tensor, rate: number, seed: number): tf.Tensor {
  checkDropout(rate, seed);
  if (rate === 0) return tf.clone(x);
  return tf.tidy(() => tf.mul(x, tf.tensor(dropoutMask(x.size, rate, seed), x.shape, 'float32')));
}
