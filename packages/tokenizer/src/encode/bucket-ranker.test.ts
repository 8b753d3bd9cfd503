import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BucketRanker } from './bucket-ranker.js';

/** The definition: a comparison sort of the values in float64. */
function byDefinition(median: Float64Array, counts: Float64Array, tokens: Int32Array, total: number): number[] {
  const value = (i: number): number => ((counts[i] / total) * 10_000) / median[tokens[i]];
  return Array.from(tokens.keys()).sort((a, b) => value(b) - value(a) || tokens[a] - tokens[b]);
}

/** Returns arbitrary cells: counts of some of the genes, in any order. */
function cells(genes: number, count: fc.Arbitrary<number>) {
  const entry = fc.tuple(fc.nat(genes - 1), count);
  const cell = fc.uniqueArray(entry, { minLength: 1, maxLength: genes, selector: ([token]) => token });
  return fc.array(fc.tuple(cell, fc.integer({ min: 1, max: 100_000 })), { minLength: 1, maxLength: 4 });
}

function check(
  median: Float64Array,
  corpus: readonly (readonly [readonly (readonly [number, number])[], number])[],
  limit: number,
) {
  const ranker = new BucketRanker({ tokenOfColumn: new Int32Array(0), median });
  for (const [cell, total] of corpus) {
    const tokens = Int32Array.from(cell, ([token]) => token);
    const counts = Float64Array.from(cell, ([, count]) => count);
    ranker.reserve(cell.length);
    ranker.tokens.set(tokens);
    ranker.counts.set(counts);
    const ranked = ranker.rank(cell.length, total, limit);
    const expected = byDefinition(median, counts, tokens, total).slice(0, limit);
    expect(Array.from(ranker.order.subarray(0, ranked.length))).toEqual(expected);
    expect(Array.from(ranked)).toEqual(expected.map((position) => tokens[position]));
  }
}

const counts = fc.integer({ min: 1, max: 12 });

describe('the order of a cell is correct', () => {
  test('for medians of any size, with or without truncation', () => {
    const medians = fc.array(fc.double({ min: 1e-7, max: 650, noNaN: true }), { minLength: 200, maxLength: 200 });
    fc.assert(
      fc.property(medians, cells(200, counts), fc.integer({ min: 1, max: 220 }), (median, corpus, limit) =>
        check(Float64Array.from(median), corpus, limit),
      ),
      { numRuns: 150, seed: 1 },
    );
  });

  test('for values that are equal or differ only in their last bits', () => {
    const third = 1 / 3;
    const close = [1, 2, 3, 0.1, 0.3, third, third * (1 + 2 ** -52), 0.7, 1.4, 2.1, 1 + 2 ** -52, 1 - 2 ** -53];
    const medians = fc.array(fc.constantFrom(...close), { minLength: 120, maxLength: 120 });
    fc.assert(
      fc.property(medians, cells(120, counts), fc.integer({ min: 1, max: 120 }), (median, corpus, limit) =>
        check(Float64Array.from(median), corpus, limit),
      ),
      { numRuns: 150, seed: 2 },
    );
  });

  test('for values beyond the range of single precision', () => {
    const median = Float64Array.from({ length: 90 }, (_, i) => 10 ** (i * 6 - 280));
    fc.assert(
      fc.property(cells(90, fc.constantFrom(1, 2, 1e6)), (corpus) => check(median, corpus, 90)),
      { numRuns: 50, seed: 3 },
    );
  });

  test('before and after the bounds of the buckets are learned', () => {
    let state = 5;
    const uniform = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    const genes = 6000;
    const median = Float64Array.from({ length: genes }, () => Math.exp(2 * uniform()));
    const corpus = Array.from({ length: 40 }, () => {
      const cell = Array.from({ length: genes }, (_, token) => [token, Math.ceil(uniform() ** -0.5)] as const);
      return [cell.filter(() => uniform() < 0.7), 9000] as const;
    });
    expect(corpus.reduce((sum, [cell]) => sum + cell.length, 0)).toBeGreaterThan(1 << 17);
    check(median, corpus, 2048);
  });

  test('if the limit separates tied genes whose products are in distant buckets', () => {
    // Both values are the same float64; their products round to different sides of a bucket boundary.
    const [low, high] = [23.000000685453436, 1.0000000298023233];
    const ordinary = Array.from({ length: 5000 }, (_, i) => [2 + i, 1] as const);
    const median = Float64Array.of(low, high, ...ordinary.map(() => 1));
    const warmUp = Array.from({ length: 30 }, () => [ordinary, 10_000] as const);
    const tied = [
      [1, 1],
      [0, 23],
    ] as const;
    check(median, [...warmUp, [tied, 10_000]], 1);
  });
});
