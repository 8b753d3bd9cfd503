import { expect, test } from '@jest/globals';
import { randomValues } from '../testing/random-values.js';
import { CHUNK_SIZE } from './adamw-kernel.js';
import { updateVariable } from './update.js';

const scalars = { beta1: 0.9, beta2: 0.999, stepSize: 0.01, epsilon: 1e-8 };
const [decayFactor, clip] = [0.99, 0.5];

/** Computes the update of one element, rounded to float32 after each operation. */
function expected(p: number, m: number, v: number, g: number): [number, number, number] {
  const f = Math.fround;
  const { beta1, beta2 } = scalars;
  const first = f(f(f(beta1) * m) + f(f((1 - beta1) * clip) * g));
  const second = f(f(f(beta2) * v) + f(f(g * g) * f((1 - beta2) * clip * clip)));
  const direction = f(first / f(f(Math.sqrt(second)) + f(scalars.epsilon)));
  return [f(f(f(decayFactor) * p) - f(f(scalars.stepSize) * direction)), first, second];
}

// Sizes around those of a vector and of a chunk.
test.each([1, 3, 4, 5, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 2 * CHUNK_SIZE + 7])(
  'an update of %i values is bit-identical to separate operations',
  (size) => {
    const random = (seed: number): Float32Array => Float32Array.from(randomValues(size, seed));
    const [parameter, first, gradient] = [random(1), random(2), random(3)];
    const second = random(4).map((value) => value * value);
    const wanted = Array.from(parameter, (p, i) => expected(p, first[i], second[i], gradient[i]));
    const inPlace = { newParameter: parameter, newFirst: first, newSecond: second };
    updateVariable({ parameter, first, second, gradient, ...inPlace }, scalars, decayFactor, clip);
    expect(Array.from(parameter)).toEqual(wanted.map(([p]) => p));
    expect(Array.from(first)).toEqual(wanted.map(([, m]) => m));
    expect(Array.from(second)).toEqual(wanted.map(([, , v]) => v));
  },
);
