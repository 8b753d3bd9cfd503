import { Xoshiro128 } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AliasTable } from './alias.js';

describe('AliasTable', () => {
  test('draws each index in proportion to its weight', () => {
    const weights = [0, 1, 2, 3, 0.5, 13.5];
    const table = new AliasTable(weights);
    const random = new Xoshiro128(5);
    const drawn = new Float64Array(weights.length);
    for (let i = 0; i < 100_000; i++) drawn[table.draw(random)]++;
    weights.forEach((weight, index) => {
      const share = weight / 20;
      expect(Math.abs(drawn[index] / 100_000 - share)).toBeLessThanOrEqual(
        5 * Math.sqrt((share * (1 - share)) / 100_000),
      );
    });
  });

  test('never draws an index with weight 0', () => {
    const someWeight = fc
      .array(fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1000, noNaN: true })), {
        minLength: 1,
        maxLength: 40,
      })
      .filter((weights) => weights.some((weight) => weight > 0));
    fc.assert(
      fc.property(someWeight, fc.nat(), (weights, seed) => {
        const table = new AliasTable(weights);
        const random = new Xoshiro128(seed);
        for (let i = 0; i < 200; i++) expect(weights[table.draw(random)]).toBeGreaterThan(0);
      }),
    );
  });
});
