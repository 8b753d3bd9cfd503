import { expect, test } from '@jest/globals';
import { randomValues } from '../testing/random-values.js';
import { PIECE } from './adamw-kernel.js';
import { updateVariable } from './update.js';

const scalars = { beta1: 0.9, beta2: 0.999, size: 0.01, floor: 1e-8 };
const [kept, clip] = [0.99, 0.5];

/** The same arithmetic one element at a time, rounded to float32 after each operation. */
function expected(p: number, m: number, v: number, g: number): [number, number, number] {
  const f = Math.fround;
  const { beta1, beta2 } = scalars;
  const first = f(f(f(beta1) * m) + f(f((1 - beta1) * clip) * g));
  const second = f(f(f(beta2) * v) + f(f(g * g) * f((1 - beta2) * clip * clip)));
  const direction = f(first / f(f(Math.sqrt(second)) + f(scalars.floor)));
  return [f(f(f(kept) * p) - f(f(scalars.size) * direction)), first, second];
}

// Sizes around those of a vector and of a piece.
test.each([1, 3, 4, 5, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 7])(
  'an update of %i values is that of the single operations, to the bit',
  (size) => {
    const drawn = (seed: number): Float32Array => Float32Array.from(randomValues(size, seed));
    const [parameter, first, gradient] = [drawn(1), drawn(2), drawn(3)];
    const second = drawn(4).map((value) => value * value);
    const wanted = Array.from(parameter, (p, i) => expected(p, first[i], second[i], gradient[i]));
    const inPlace = { newParameter: parameter, newFirst: first, newSecond: second };
    updateVariable({ parameter, first, second, gradient, ...inPlace }, scalars, kept, clip);
    expect(Array.from(parameter)).toEqual(wanted.map(([p]) => p));
    expect(Array.from(first)).toEqual(wanted.map(([, m]) => m));
    expect(Array.from(second)).toEqual(wanted.map(([, , v]) => v));
  },
);
