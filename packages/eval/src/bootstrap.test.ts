import { describe, expect, test } from '@jest/globals';
import { bootstrapDistribution, bootstrapInterval } from './bootstrap.js';
import { golden } from './testing/golden.js';

const { bootstrap } = golden;
const right = Int32Array.from({ length: bootstrap.rows }, (_, row) => (row < bootstrap.right ? 1 : 0));

const shareOf = (values: Int32Array) => (weights: Int32Array) => {
  let sum = 0;
  let all = 0;
  weights.forEach((weight, row) => {
    sum += weight * values[row];
    all += weight;
  });
  return sum / all;
};

describe('bootstrapInterval', () => {
  test('of a proportion equals the quantiles of the binomial distribution', () => {
    const interval = bootstrapInterval(bootstrap.rows, shareOf(right), { resamples: 20_000, seed: 5 });
    const oneRow = 1.001 / bootstrap.rows;
    expect(interval).toBeAllClose(bootstrap.interval, { rtol: 0, atol: oneRow });
  });

  test('by cluster equals the wider interval of a numpy bootstrap over whole donors', () => {
    const clusters: number[] = [];
    const hits: number[] = [];
    bootstrap.clusterSizes.forEach((size, cluster) => {
      for (let i = 0; i < size; i++) {
        clusters.push(cluster);
        hits.push(i < bootstrap.clusterCorrect[cluster] ? 1 : 0);
      }
    });
    const interval = bootstrapInterval(hits.length, shareOf(Int32Array.from(hits)), {
      clusters: Int32Array.from(clusters),
      resamples: 20_000,
    });
    expect(interval).toBeAllClose(bootstrap.clusterInterval, { rtol: 0, atol: 0.0049 });
  });

  test('within strata keeps the number of draws of each stratum', () => {
    const strata = Int32Array.from({ length: 50 }, (_, row) => (row < 8 ? 0 : 1));
    const inFirst = (weights: Int32Array) => weights.subarray(0, 8).reduce((a, b) => a + b, 0);
    expect(bootstrapInterval(50, inFirst, { strata, resamples: 200 })).toEqual([8, 8]);
    const [low, high] = bootstrapInterval(50, inFirst, { resamples: 200 });
    expect(high - low).toBeGreaterThan(4);
  });

  test('draws whole clusters within their stratum', () => {
    const clusters = Int32Array.of(1, 1, 1, 2, 3, 3);
    const strata = Int32Array.of(0, 0, 0, 0, 1, 1);
    const seen = new Set<string>();
    bootstrapDistribution(6, (w) => (seen.add(w.join('')), 0), { clusters, strata, resamples: 100 });
    expect([...seen].sort()).toEqual(['000211', '111111', '222011']);
  });

  test('is the same for the same seed', () => {
    const draw = (seed: number) => bootstrapDistribution(200, shareOf(right), { resamples: 50, seed });
    expect(draw(4)).toEqual(draw(4));
    expect(draw(4)).not.toEqual(draw(5));
  });

  test('skips undefined resamples, and throws if all are undefined', () => {
    let call = 0;
    expect(bootstrapInterval(3, () => (call++ % 2 ? NaN : 0.25), { resamples: 10 })).toEqual([0.25, 0.25]);
    expect(() => bootstrapInterval(3, () => NaN, { resamples: 10 })).toThrow('has no value on any resample');
  });

  test('refuses invalid arguments', () => {
    expect(() => bootstrapInterval(0, () => 1)).toThrow('rows: 0 is not valid');
    expect(() => bootstrapInterval(2, () => 1, { level: 95 })).toThrow('level: 95 is not valid');
    expect(() => bootstrapInterval(2, () => 1, { clusters: Int32Array.of(1) })).toThrow(
      'clusters: has 1 values, expected 2',
    );
    const split = { clusters: Int32Array.of(1, 1), strata: Int32Array.of(0, 1) };
    expect(() => bootstrapInterval(2, () => 1, split)).toThrow('cluster 1 is in strata 0 and 1');
  });
});
