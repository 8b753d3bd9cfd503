import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { below, seededRandom } from '@geneformer-ts/core';
import { bootstrapDistribution } from './bootstrap.js';
import { simultaneousIntervals } from './simultaneous-intervals.js';

/** Written by tools/parity/eval-simultaneous.py. */
const fixture = JSON.parse(readFileSync(new URL('../fixtures/simultaneous.json', import.meta.url), 'utf8')) as {
  level: number;
  estimates: number[];
  resampled: (number | null)[][];
  expected: { standardError: number[]; low: number[]; high: number[]; pValue: number[] };
  /** Number of estimates, their correlation, critical value. */
  critical: [number, number, number][];
};
const { level, estimates, expected } = fixture;
const resampled = fixture.resampled.map((row) => row.map((value) => value ?? NaN));

describe('simultaneousIntervals', () => {
  test('equal a max-t bootstrap in numpy, without the resamples that have a NaN', () => {
    const found = simultaneousIntervals(estimates, resampled, { level });
    const exactly = { rtol: 1e-12, atol: 1e-15 };
    expect(found.map(({ estimate }) => estimate)).toEqual(estimates);
    expect(found.map(({ standardError }) => standardError)).toBeAllClose(expected.standardError, exactly);
    expect(found.map(({ interval }) => interval[0])).toBeAllClose(expected.low, exactly);
    expect(found.map(({ interval }) => interval[1])).toBeAllClose(expected.high, exactly);
    expect(found.map(({ pValue }) => pValue)).toBeAllClose(expected.pValue, exactly);
  });

  test.each(fixture.critical)(
    'of %d normal estimates with correlation %d reach %d standard errors',
    (k, rho, reach) => {
      const draws = normalDraws(k, rho, 8000);
      const [first] = simultaneousIntervals(new Float64Array(k), draws, { level });
      expect(first.interval[1] / first.standardError).toBeAllClose(reach, { rtol: 0, atol: 0.06 });
    },
  );

  test('an estimate that never varies keeps its value and does not widen the others', () => {
    const rest = simultaneousIntervals(estimates.slice(0, 1), resampled.slice(0, 1));
    const constant = new Array<number>(resampled[0].length).fill(0);
    const [one, same] = simultaneousIntervals([estimates[0], 0], [resampled[0], constant]);
    expect(same).toEqual({ estimate: 0, standardError: 0, interval: [0, 0], pValue: 1 });
    expect(one).toEqual(rest[0]);
  });

  test('shrink to the interval of one estimate when all are the same', () => {
    const [alone] = simultaneousIntervals([estimates[0]], [resampled[0]]);
    const copies = simultaneousIntervals([estimates[0], estimates[0]], [resampled[0], resampled[0]]);
    expect(copies).toEqual([alone, alone]);
  });

  test('work on distributions that were drawn with one seed', () => {
    const values = Float64Array.from({ length: 60 }, (_, row) => Math.sin(row));
    const meanOf = (power: number) => (weights: Int32Array) =>
      values.reduce((sum, value, row) => sum + weights[row] * value ** power, 0) / 60;
    const every = new Int32Array(60).fill(1);
    const [a, b] = [1, 3].map((power) => bootstrapDistribution(60, meanOf(power), { resamples: 500 }));
    const difference = meanOf(1)(every) - meanOf(3)(every);
    const [found] = simultaneousIntervals([difference], [a.map((value, i) => value - b[i])]);
    // The mean of 60 independent differences: their standard deviation over √60.
    const gaps = values.map((value) => value - value ** 3);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / 60;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / 60 / 60);
    expect(found.standardError).toBeAllClose(deviation, { rtol: 0.1 });
  });

  test('refuse invalid arguments', () => {
    expect(simultaneousIntervals([], [])).toEqual([]);
    expect(() => simultaneousIntervals([1], [[1, 2]], { level: 95 })).toThrow('level: 95 is not valid');
    expect(() => simultaneousIntervals([1, 2], [[1, 2]])).toThrow('resampled: has 1 values, expected 2');
    expect(() => simultaneousIntervals([1, 2], [[1, 2], [1]])).toThrow('resampled[1]: has 1 values, expected 2');
    expect(() => simultaneousIntervals([1], [[1, NaN]])).toThrow('fewer than 2 resamples have a value');
  });
});

/** Returns one array per estimate, of normal numbers that share a part over the estimates. */
function normalDraws(count: number, correlation: number, resamples: number): Float64Array[] {
  const random = seededRandom(3);
  const uniform = () => (below(random, 0x4000_0000) + 1) / 0x4000_0000;
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const shared = Float64Array.from({ length: resamples }, normal);
  return Array.from({ length: count }, () =>
    shared.map((part) => Math.sqrt(correlation) * part + Math.sqrt(1 - correlation) * normal()),
  );
}
