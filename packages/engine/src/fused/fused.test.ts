import { describe, expect, test } from '@jest/globals';
import { attention, dropout, layerNorm, linear, sparseSoftmaxCrossEntropy, tf, useBackend } from '../index.js';
import { describeBackends } from '../testing/backends.js';
import { finiteDifferences } from '../testing/finite-differences.js';
import { randomValues } from '../testing/random-values.js';

/** Fused ops as scalar functions of one of their operands. */
const functions: Record<string, { shape: number[]; f: (x: tf.Tensor) => tf.Tensor }> = {
  'layerNorm with respect to x': { shape: [3, 5], f: (x) => weighted(layerNorm(x, fixed([5], 1), fixed([5], 2))) },
  'layerNorm with respect to gamma': { shape: [5], f: (x) => weighted(layerNorm(fixed([3, 5], 1), x, fixed([5], 2))) },
  'layerNorm with respect to beta': {
    shape: [5],
    f: (x) => weighted(layerNorm(fixed([2, 2, 5], 1), fixed([5], 2), x)),
  },
  'linear with respect to x': { shape: [2, 2, 3], f: (x) => weighted(linear(x, fixed([3, 4], 1), fixed([4], 2))) },
  'linear with respect to weight': {
    shape: [3, 4],
    f: (x) => weighted(linear(fixed([5, 3], 1), x, fixed([4], 2), 'tanh')),
  },
  'linear with relu with respect to weight': {
    shape: [3, 4],
    f: (x) => weighted(linear(fixed([5, 3], 1), x, fixed([4], 2), 'relu')),
  },
  'linear with relu with respect to bias': {
    shape: [4],
    f: (x) => weighted(linear(fixed([5, 3], 1), fixed([3, 4], 8), x, 'relu')),
  },
  'linear without bias': { shape: [3, 4], f: (x) => weighted(linear(fixed([5, 3], 1), x)) },
  'attention with respect to q': {
    shape: [2, 2, 3, 4],
    f: (x) => weighted(attention(x, head(1), head(2), { mask: padding() })),
  },
  'attention with respect to k': {
    shape: [2, 2, 3, 4],
    f: (x) => weighted(attention(head(1), x, head(2), { mask: padding() })),
  },
  'attention with dropout with respect to v': {
    shape: [2, 2, 3, 4],
    f: (x) => weighted(attention(head(1), head(2), x, { dropout: { rate: 0.3, seed: 5 } })),
  },
  'attention with dropout with respect to q': {
    shape: [2, 2, 3, 4],
    f: (x) => weighted(attention(x, head(2), head(1), { mask: padding(), dropout: { rate: 0.3, seed: 5 } })),
  },
  'self-attention': { shape: [2, 2, 3, 4], f: (x) => weighted(attention(x, x, x)) },
  dropout: { shape: [4, 5], f: (x) => weighted(dropout(x, 0.4, 11)) },
  sparseSoftmaxCrossEntropy: {
    shape: [4, 3],
    f: (x) => sparseSoftmaxCrossEntropy(x, tf.tensor1d([2, 0, -1, 1], 'int32')),
  },
  'weighted sparseSoftmaxCrossEntropy': {
    shape: [4, 3],
    f: (x) => sparseSoftmaxCrossEntropy(x, tf.tensor1d([2, 0, -1, 1], 'int32'), tf.tensor1d([1, 0.5, 3, 2])),
  },
};

function fixed(shape: number[], seed: number): tf.Tensor {
  return tf.tensor(randomValues(tf.util.sizeFromShape(shape), seed), shape);
}

function head(seed: number): tf.Tensor {
  return fixed([2, 2, 3, 4], seed);
}

function padding(): tf.Tensor {
  return tf.tensor([0, 0, -1e9, 0, 0, 0], [2, 1, 1, 3]);
}

/** Returns the sum of the elements with different weights. */
function weighted(y: tf.Tensor): tf.Tensor {
  return tf.sum(tf.mul(y, fixed(y.shape, 99)));
}

async function valueAndGradient(
  f: (x: tf.Tensor) => tf.Tensor,
  values: number[],
  shape: number[],
): Promise<[number[], number[]]> {
  const { value, grad } = tf.valueAndGrad(f)(tf.tensor(values, shape));
  return [[...(await value.data())], [...(await grad.data())]];
}

describeBackends('the gradient', () => {
  test.each(Object.entries(functions))('of %s equals finite differences', async (_name, { shape, f }) => {
    const values = randomValues(tf.util.sizeFromShape(shape), 7);
    const [, gradient] = await valueAndGradient(f, values, shape);
    expect(gradient).toBeAllClose(await finiteDifferences(f, values, shape), { rtol: 5e-3, atol: 5e-3 });
  });
});

describe('fused kernels', () => {
  test.each(Object.entries(functions))(
    '%s equals the composed form on the cpu backend',
    async (_name, { shape, f }) => {
      const values = randomValues(tf.util.sizeFromShape(shape), 8);
      await useBackend('cpu');
      const [value, gradient] = await valueAndGradient(f, values, shape);
      await useBackend('onnx', { threads: 1 });
      const [fusedValue, fusedGradient] = await valueAndGradient(f, values, shape);
      expect(fusedValue).toBeAllClose(value, { rtol: 1e-5, atol: 1e-5 });
      expect(fusedGradient).toBeAllClose(gradient, { rtol: 1e-5, atol: 1e-5 });
    },
  );
});

describe('attention', () => {
  test('with operands of different shapes is an error', () => {
    expect(() => attention(head(1), fixed([2, 2, 4, 4], 1), head(2))).toThrow(
      /shapes of q, k and v do not match: \[2, 2, 3, 4\]/,
    );
  });
});

test('linear refuses an activation that it does not have', () => {
  const call = (): tf.Tensor => linear(fixed([2, 3], 1), fixed([3, 4], 2), undefined, 'sigmoid' as 'relu');
  expect(call).toThrow(`activation: "sigmoid" is not valid; use 'relu' or 'tanh'`);
});
