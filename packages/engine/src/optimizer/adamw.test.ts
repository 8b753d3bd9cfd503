import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { AdamW, type AdamWStep, tf } from '../index.js';
import { power } from './adamw.js';
import { describeBackends } from '../testing/backends.js';

interface Fixture {
  shapes: Record<string, number[]>;
  steps: { learningRate: number; maxGradNorm: number | null; norm: number; values: Record<string, number[]> }[];
}

const fixture = JSON.parse(readFileSync(new URL('../../fixtures/adamw.json', import.meta.url), 'utf8')) as Fixture;

/** Returns the same sine values as tools/parity/engine-adamw.py. */
function values(shape: number[], seed: number): tf.Tensor {
  const count = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7 + seed)),
    shape,
  );
}

function makeVariables(backend: string): tf.Variable[] {
  return Object.entries(fixture.shapes).map(([name, shape], i) =>
    tf.variable(values(shape, 100 + i), true, `${backend}/${name}`),
  );
}

function gradientsOf(variables: readonly tf.Variable[], step: number): tf.NamedTensorMap {
  return Object.fromEntries(variables.map((variable, i) => [variable.name, values(variable.shape, 10 * step + i)]));
}

const newOptimizer = (): AdamW => new AdamW({ weightDecay: 0.1, decays: (name) => name.endsWith('weight') });

describeBackends('AdamW', (backend) => {
  test("equals PyTorch's AdamW and clip_grad_norm_", async () => {
    const variables = makeVariables(backend);
    const optimizer = newOptimizer();
    for (const [i, step] of fixture.steps.entries()) {
      const { learningRate, maxGradNorm } = step;
      const norm = tf.tidy(() => {
        return optimizer.apply(variables, gradientsOf(variables, i), {
          learningRate,
          maxGradNorm: maxGradNorm ?? undefined,
        });
      });
      expect(await norm.data()).toBeAllClose([step.norm], { rtol: 1e-6, atol: 1e-6 });
      for (const variable of variables) {
        const expected = step.values[variable.name.split('/')[1]];
        expect(await variable.data()).toBeAllClose(expected, { rtol: 2e-6, atol: 2e-6 });
      }
    }
    optimizer.dispose();
    tf.dispose(variables);
  });

  test('continues from a saved state with the same bits', async () => {
    const run = async (interrupted: boolean): Promise<number[]> => {
      const variables = makeVariables(backend);
      let optimizer = newOptimizer();
      for (let i = 0; i < 4; i++) {
        if (interrupted && i === 2) {
          const state = await optimizer.state();
          optimizer.dispose();
          optimizer = newOptimizer();
          optimizer.restore(variables, state);
        }
        tf.tidy(() => void optimizer.apply(variables, gradientsOf(variables, i), { learningRate: 0.1 }));
      }
      const result = await Promise.all(variables.map(async (variable) => [...(await variable.data())]));
      optimizer.dispose();
      tf.dispose(variables);
      return result.flat();
    };
    expect(await run(true)).toEqual(await run(false));
  });

  test.each([
    [{ learningRate: NaN }, 'AdamW learningRate: NaN is not valid; use a finite number of at least 0'],
    [{ learningRate: -1 }, 'AdamW learningRate: -1 is not valid'],
    [{ learningRate: Infinity }, 'AdamW learningRate: Infinity is not valid'],
    [{}, 'AdamW learningRate: undefined is not valid'],
    [{ learningRate: 0.1, maxGradNorm: 0 }, 'AdamW maxGradNorm: 0 is not valid; use a number above 0'],
    [{ learningRate: 0.1, maxGradNorm: NaN }, 'AdamW maxGradNorm: NaN is not valid'],
  ])('refuses a step of %p and changes nothing', async (step, message) => {
    const variables = makeVariables(backend);
    const before = await Promise.all(variables.map(async (variable) => [...(await variable.data())]));
    const optimizer = newOptimizer();
    expect(() => optimizer.apply(variables, gradientsOf(variables, 0), step as AdamWStep)).toThrow(message);
    expect(await Promise.all(variables.map(async (variable) => [...(await variable.data())]))).toEqual(before);
    expect((await optimizer.state()).step).toBe(0);
    tf.dispose(variables);
  });

  test('refuses a gradient of another shape', () => {
    const variable = tf.variable(tf.zeros([2]), true, `${backend}/small`);
    const gradients = { [variable.name]: tf.zeros([3]) };
    expect(() => newOptimizer().apply([variable], gradients, { learningRate: 0.1 })).toThrow(
      `gradient of ${variable.name} has shape [3], but the variable has [2]`,
    );
    variable.dispose();
  });

  test('a step that was not read is computed later', async () => {
    const variables = makeVariables(backend);
    const optimizer = newOptimizer();
    for (let i = 0; i < 2; i++) {
      tf.tidy(() => void optimizer.apply(variables, gradientsOf(variables, i), { learningRate: [0.1, 0.05][i] ?? 0 }));
    }
    const sum = tf.tidy(() => tf.add(variables[0] as tf.Tensor, tf.scalar(1)));
    const expected = fixture.steps[1].values.weight.map((value) => value + 1);
    expect(await sum.data()).toBeAllClose(expected, { rtol: 2e-6, atol: 2e-6 });
    optimizer.dispose();
    tf.dispose([...variables, sum]);
  });
});

test('powers have the same bits in every supported version of Node', () => {
  const powers = Array.from({ length: 5000 }, (_, step) => [power(0.9, step + 1), power(0.999, step + 1)]).flat();
  const digest = createHash('md5').update(new Float64Array(powers)).digest('hex');
  expect(digest).toBe('a0f0faf20b0b1fe884c8a767a2636cf9');
  expect(powers[1999]).toBeCloseTo(0.999 ** 1000, 14);
});
