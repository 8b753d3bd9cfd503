import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dropoutMask } from './mask-pool.js';

describe('a dropout mask', () => {
  test('depends only on size, rate and seed', () => {
    const property = fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer(), (size, seed) => {
      expect(dropoutMask(size, 0.1, seed)).toEqual(dropoutMask(size, 0.1, seed));
      expect(dropoutMask(size, 0.1, seed).length).toBe(size);
    });
    fc.assert(property, { numRuns: 50 });
  });

  test('drops the share given by the rate and keeps the mean', () => {
    for (const rate of [0.02, 0.1, 0.5]) {
      const values = dropoutMask(1 << 20, rate, 7);
      const dropped = values.reduce((count, value) => count + Number(value === 0), 0) / values.length;
      expect(Math.abs(dropped - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / values.length));
      expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(1, 2);
    }
  });

  test('is not correlated with the mask of another seed', () => {
    const size = 1 << 18;
    const correlation = (a: Float32Array, b: Float32Array): number => {
      let both = 0;
      for (let i = 0; i < size; i++) both += Number(a[i] === 0 && b[i] === 0);
      return (both / size - 0.25) / 0.25;
    };
    const first = dropoutMask(size, 0.5, 1);
    expect(Math.abs(correlation(first, dropoutMask(size, 0.5, 2)))).toBeLessThan(0.01);
    expect(Math.abs(correlation(first, dropoutMask(size, 0.5, 1 + 2 ** 40)))).toBeLessThan(0.01);
  });

  test('does not change after a longer mask was created', () => {
    const before = dropoutMask(1000, 0.3, 11).slice();
    dropoutMask(3 << 20, 0.3, 12);
    expect(dropoutMask(1000, 0.3, 11)).toEqual(before);
  });
});
