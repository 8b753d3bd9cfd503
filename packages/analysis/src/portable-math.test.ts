import { describe, expect, test } from '@jest/globals';
import { below, randomStream } from '@geneformer-ts/core';
import { exp, log } from './portable-math.js';

/** Units in the last place between two numbers. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  return Math.abs(a - b) / (Math.max(Math.abs(b), Number.MIN_VALUE) * Number.EPSILON);
}

const random = randomStream(9, 0);
const draw = (bound: number): number => below(random, bound);
const between = (low: number, high: number): number => low + ((high - low) * draw(2 ** 31)) / 2 ** 31;

describe('exp', () => {
  test.each([
    ['all that does not overflow', -700, 709],
    ['numbers near 0', -1e-3, 1e-3],
    ['numbers about 1', -1.5, 1.5],
  ])('is within a unit of the last place for %s', (_, low, high) => {
    let worst = 0;
    for (let i = 0; i < 20_000; i++) {
      const x = between(low, high);
      worst = Math.max(worst, ulps(exp(x), Math.exp(x)));
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  test('has the exact values at the edges', () => {
    expect([0, -0, 1, -Infinity, Infinity, 710, -746, NaN].map(exp)).toEqual([
      1,
      1,
      Math.E,
      0,
      Infinity,
      Infinity,
      0,
      NaN,
    ]);
    expect(exp(-740) / 2 ** -1074).toBeCloseTo(Math.exp(-740) / 2 ** -1074, 0);
  });
});

describe('log', () => {
  test.each([
    ['small numbers', 1e-300, 1e-290],
    ['numbers about 1', 0.5, 2],
    ['numbers next to 1', 1 - 1e-6, 1 + 1e-6],
    ['large numbers', 1e3, 1e300],
  ])('is within a unit of the last place for %s', (_, low, high) => {
    let worst = 0;
    for (let i = 0; i < 20_000; i++) {
      const x = between(low, high);
      worst = Math.max(worst, ulps(log(x), Math.log(x)));
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  test('has the exact values at the edges', () => {
    expect([1, 2, 0, -1, Infinity, NaN].map(log)).toEqual([0, Math.LN2, -Infinity, NaN, Infinity, NaN]);
    expect(log(2 ** -1074)).toBeCloseTo(-1074 * Math.LN2, 10);
  });
});
