import { expect } from '@jest/globals';

/** Element by element, `|actual - expected| <= tolerance * (1 + |expected|)`. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i];
    const e = expected[i];
    if (!(Math.abs(a - e) <= tolerance * (1 + Math.abs(e)))) {
      throw new Error(`element ${i} is ${a}, expected ${e} (tolerance ${tolerance})`);
    }
  }
}
