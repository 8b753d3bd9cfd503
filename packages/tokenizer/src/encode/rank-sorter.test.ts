import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RankSorter } from './rank-sorter.js';

/** The definition, by comparison sort. */
function byDefinition(values: Float64Array, tokens: Int32Array, limit: number): number[] {
  return Array.from(values, (_, i) => i)
    .sort((a, b) => values[b] - values[a] || tokens[a] - tokens[b])
    .slice(0, limit);
}

function sorted(values: Float64Array, tokens: Int32Array, limit: number): number[] {
  return Array.from(
    new RankSorter().sort(values, tokens, values.length, limit).subarray(0, Math.min(values.length, limit)),
  );
}

/** Distinct tokens in no particular order. */
const scrambled = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => (i * 7919) % 20_011);

describe('the order of a cell', () => {
  test('is by value, largest first', () => {
    expect(sorted(Float64Array.of(1, 3, 2), Int32Array.of(4, 5, 6), 10)).toEqual([1, 2, 0]);
  });

  test('breaks ties by the smaller token', () => {
    expect(sorted(Float64Array.of(2, 2, 5, 2), Int32Array.of(9, 4, 7, 6), 10)).toEqual([2, 1, 3, 0]);
  });

  test('distinguishes values that are equal in single precision', () => {
    const values = new Float64Array(200).map((_, i) => 1 + ((i * 37) % 200) * 1e-12);
    expect(sorted(values, scrambled(200), 200)).toEqual(byDefinition(values, scrambled(200), 200));
  });

  test('is correct for any values, number of values, ties and limit', () => {
    const value = fc.oneof(
      fc.double({ min: 1e-40, max: 1e40, noNaN: true }),
      fc.constantFrom(0.5, 1, 2, 2 + 2 ** -40, 1e9),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 1500 }), fc.integer({ min: 1, max: 600 }), (list, limit) => {
        const values = Float64Array.from(list);
        const tokens = scrambled(list.length);
        expect(sorted(values, tokens, limit)).toEqual(byDefinition(values, tokens, limit));
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test.each([47, 49, 1023, 1024, 6000])('is correct for %d genes with the same value', (n) => {
    const values = new Float64Array(n).fill(3.25);
    expect(sorted(values, scrambled(n), n)).toEqual(byDefinition(values, scrambled(n), n));
  });

  test('does not depend on previous calls', () => {
    const sorter = new RankSorter();
    const first = new Float64Array(3000).map((_, i) => Math.exp((i * 31) % 17));
    sorter.sort(first, scrambled(3000), 3000, 100);
    const second = new Float64Array(90).map((_, i) => (i * 29) % 90);
    const order = Array.from(sorter.sort(second, scrambled(90), 90, 90).subarray(0, 90));
    expect(order).toEqual(byDefinition(second, scrambled(90), 90));
  });
});
