import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { rocBand } from './roc-band.js';

const fixture = JSON.parse(readFileSync(new URL('../fixtures/roc-band.json', import.meta.url), 'utf8')) as {
  truth: number[];
  scores: number[];
  clusters: number[];
  rates: number[];
  low: number[];
  high: number[];
  clusterLow: number[];
  clusterHigh: number[];
};
const truth = Int32Array.from(fixture.truth);
const scores = Float64Array.from(fixture.scores);

describe('rocBand', () => {
  test('equals the numpy interpolation of the scikit-learn curve', () => {
    const { truePositiveRate } = rocBand(truth, scores, { points: 21, resamples: 1 });
    expect(truePositiveRate).toBeAllClose(fixture.rates, { rtol: 0, atol: 1e-12 });
  });

  test('equals the interval of a numpy bootstrap, up to sampling noise', () => {
    const { low, high } = rocBand(truth, scores, { points: 21, resamples: 4000, seed: 1 });
    expect(low).toBeAllClose(fixture.low, { rtol: 0, atol: 0.03 });
    expect(high).toBeAllClose(fixture.high, { rtol: 0, atol: 0.03 });
  });

  test('is wider when whole donors are drawn', () => {
    const clusters = Int32Array.from(fixture.clusters);
    const { low, high } = rocBand(truth, scores, { points: 21, resamples: 4000, seed: 1, clusters });
    expect(low).toBeAllClose(fixture.clusterLow, { rtol: 0, atol: 0.04 });
    expect(high).toBeAllClose(fixture.clusterHigh, { rtol: 0, atol: 0.04 });
  });

  test('is a line at 1 for a perfect classifier', () => {
    const band = rocBand(Int32Array.of(0, 0, 1, 1, 1), Float64Array.of(1, 2, 3, 4, 5), { points: 5 });
    for (const side of [band.low, band.truePositiveRate, band.high]) expect([...side]).toEqual([1, 1, 1, 1, 1]);
  });

  test('needs both classes, also in the resamples, and is the same for the same seed', () => {
    const clusters = Int32Array.of(0, 0, 1, 1);
    const drawn = () => rocBand(Int32Array.of(0, 0, 1, 1), Float64Array.of(1, 2, 3, 4), { resamples: 1, clusters });
    expect(drawn).toThrow('rocBand: no resample has both classes');
    expect(() => rocBand(Int32Array.of(1, 1), Float64Array.of(1, 2))).toThrow('rocBand: a class has no rows');
    const options = { resamples: 50, seed: 9 };
    expect(rocBand(truth, scores, options)).toEqual(rocBand(truth, scores, options));
  });
});
