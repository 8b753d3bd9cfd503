import { Xoshiro128 } from '@geneformer-ts/core';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sample } from './sample.js';

test('takes the requested number of different items, at most all, and does not change the list', () => {
  const items = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(items, fc.double({ min: 0, max: 40, noNaN: true }), fc.nat(), (list, count, seed) => {
      const before = [...list];
      const taken = sample(new Xoshiro128(seed), list, count);
      expect(taken).toHaveLength(Math.min(list.length, Math.max(1, Math.round(count))));
      expect(new Set(taken).size).toBe(taken.length);
      expect(before).toEqual(expect.arrayContaining(taken));
      expect(list).toEqual(before);
    }),
  );
});

test('takes every item equally often', () => {
  const random = new Xoshiro128(9);
  const seen = new Float64Array(6);
  for (let i = 0; i < 6000; i++) for (const item of sample(random, [0, 1, 2, 3, 4, 5], 2)) seen[item]++;
  expect(seen).toBeAllClose(new Array<number>(6).fill(2000), { rtol: 0, atol: 184 });
});
