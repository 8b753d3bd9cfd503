import { describe, expect, test } from '@jest/globals';
import { AdamW, tf, useBackend } from '../index.js';
import { randomValues } from '../testing/random-values.js';

/** Large enough that the onnx backend reuses the memory of dead tensors. */
const SIDE = 40;

type Loss = (variables: readonly tf.Variable[], step: number) => tf.Scalar;

const chain: Loss = (variables, step) => {
  const start = tf.tensor(randomValues(SIDE * SIDE, 1000 + step), [SIDE, SIDE]);
  const end = variables.reduce<tf.Tensor>((x, variable) => tf.tanh(tf.matMul(x, variable, false, false)), start);
  return tf.mean(tf.square(end));
};
/** All variables have the same gradient tensor. */
const shared: Loss = (variables) => tf.mean(tf.square(tf.addN([...variables])));
/** The gradient of each variable depends on the old value of another variable. */
const crossed: Loss = (variables) => {
  const products = variables.map((variable, i) =>
    tf.mean(tf.mul(variable, variables[(i + 1) % variables.length] as tf.Tensor)),
  );
  return tf.addN(products) as tf.Scalar;
};

interface Schedule {
  /** Number of updates that are recorded before they are computed. */
  together: number;
  clip: boolean;
}

/** Returns the values after twelve updates. Variables are not read before, because values that a caller has read are not overwritten. */
async function trained(loss: Loss, { together, clip }: Schedule): Promise<number[][]> {
  const variables = Array.from({ length: 6 }, (_, i) =>
    tf.variable(tf.tensor(randomValues(SIDE * SIDE, i + 1), [SIDE, SIDE])),
  );
  const optimizer = new AdamW({ weightDecay: 0.1 });
  for (let step = 0; step < 12; step++) {
    const value = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => loss(variables, step), variables);
      optimizer.apply(variables, grads, { learningRate: 0.01, maxGradNorm: clip ? 0.5 : undefined });
      return tf.keep(value);
    });
    if ((step + 1) % together === 0) await value.data();
    value.dispose();
  }
  const values = await Promise.all(variables.map(async (variable) => Array.from(await variable.data())));
  optimizer.dispose();
  tf.dispose(variables);
  return values;
}

describe('variables of the same size keep their own values', () => {
  const cases: [string, Loss, Schedule][] = [
    ['a chain of matrices', chain, { together: 1, clip: true }],
    ['a chain without clipping', chain, { together: 1, clip: false }],
    ['a chain, three updates at a time', chain, { together: 3, clip: true }],
    ['the same gradient for all variables', shared, { together: 1, clip: false }],
    ['gradients that depend on old values', crossed, { together: 1, clip: false }],
    ['gradients that depend on old values, two updates at a time', crossed, { together: 2, clip: true }],
  ];
  test.each(cases)('%s', async (_name, loss, schedule) => {
    await useBackend('cpu');
    const expected = await trained(loss, schedule);
    await useBackend('onnx', { threads: 2 });
    const actual = await trained(loss, schedule);
    for (const [i, values] of expected.entries()) expect(actual[i]).toBeAllClose(values, { rtol: 1e-4, atol: 1e-4 });
    expect(new Set(actual.map(([first]) => first)).size).toBe(actual.length);
  });
});
