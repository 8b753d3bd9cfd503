import { expect, test } from '@jest/globals';
import { sparseSoftmaxCrossEntropy, tf } from '../index.js';
import { describeBackends } from '../testing/backends.js';
import { finiteDifferences } from '../testing/finite-differences.js';
import { randomValues } from '../testing/random-values.js';

const ids = () => tf.tensor1d([2, 0, 2], 'int32');

/** Ops as functions of one tensor [4, 3] with values in (0.2, 1.2), where they are differentiable. */
const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
  gather: (x) => tf.gather(x, ids()),
  'gather of columns': (x) => tf.gather(x, ids(), 1),
  slice: (x) => tf.slice(x, [1, 0], [2, 2]),
  pad: (x) =>
    tf.pad(x, [
      [1, 0],
      [0, 2],
    ]),
  concat: (x) => tf.concat([x, tf.square(x)], 1),
  stack: (x) => tf.stack([x, tf.square(x)]),
  split: (x) => tf.mul(tf.split(x, 2)[0], tf.split(x, 2)[1]),
  unstack: (x) => tf.mul(tf.unstack(x)[0], tf.unstack(x)[3]),
  transpose: (x) => tf.square(tf.transpose(x)),
  tile: (x) => tf.tile(x, [2, 1]),
  'matMul with transposition': (x) => tf.matMul(x, x, true, false),
  'broadcast division': (x) => tf.div(x, tf.slice(x, [0, 0], [1, 3])),
  softmax: (x) => tf.softmax(x),
  logSoftmax: (x) => tf.logSoftmax(x),
  max: (x) => tf.max(x, 1),
  mean: (x) => tf.mean(x, 0),
  pow: (x) => tf.pow(x, tf.scalar(2.5)),
  where: (x) => tf.where(tf.greater(x, tf.scalar(0.7)), tf.square(x), tf.exp(x)),
  erf: (x) => tf.erf(x),
  log: (x) => tf.log(x),
  rsqrt: (x) => tf.rsqrt(x),
  sigmoid: (x) => tf.sigmoid(x),
  cumsum: (x) => tf.cumsum(x, 1),
  'batch normalization': (x) => {
    const [mean, variance] = [tf.mean(x, 0), tf.square(tf.max(x, 0))];
    return tf.batchNorm(x, mean, variance, tf.tensor1d([1, 2, 3]), tf.min<tf.Tensor1D>(x, 0));
  },
  'cross-entropy': (x) => sparseSoftmaxCrossEntropy(x, tf.tensor1d([0, 2, -1, 1], 'int32')),
};

describeBackends('the gradient', () => {
  test.each(Object.entries(functions))('of %s equals finite differences', async (_name, f) => {
    const values = randomValues(12, 5).map((value) => 0.7 + value / 2);
    const loss = (x: tf.Tensor): tf.Tensor => {
      const y = f(x);
      return tf.sum(tf.mul(y, tf.tensor(randomValues(y.size, 6), y.shape)));
    };
    const gradient = tf.grad(loss)(tf.tensor(values, [4, 3]));
    expect(await gradient.data()).toBeAllClose(await finiteDifferences(loss, values, [4, 3]), {
      rtol: 5e-3,
      atol: 5e-3,
    });
    expect(gradient.shape).toEqual([4, 3]);
  });
});
