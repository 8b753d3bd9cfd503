import { toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BinFinder, cutBetween, type BinScale, scaleOf } from './binned-matrix.js';
import { binFeatures } from './bin-columns.js';
import { fitThreads } from '../threads/fit-threads.js';
import { randomMatrix } from '../testing/random-matrix.js';

function binScale(sorted: Float32Array, zeros: number, maxBins: number): BinScale {
  const binner = new BinFinder(maxBins, sorted.length);
  const bins = binner.bin(sorted, zeros);
  return {
    cuts: binner.cuts.subarray(0, bins - 1),
    lows: binner.lows.subarray(0, bins),
    highs: binner.highs.subarray(0, bins),
  };
}

const cutPoints = (sorted: Float32Array, maxBins: number) => binScale(sorted, 0, maxBins).cuts;

describe('binning', () => {
  test('few distinct values have one bin each, with cuts half way between them', () => {
    expect([...cutPoints(Float32Array.of(0, 0, 0, 1, 4, 4), 8)]).toEqual([0.5, 2.5]);
    expect([...cutPoints(Float32Array.of(3, 3), 8)]).toEqual([]);
    expect([...binScale(Float32Array.of(-2, 4), 3, 8).cuts]).toEqual([-1, 2]);
  });

  test('many distinct values are distributed evenly', () => {
    const sorted = Float32Array.from({ length: 1000 }, (_, i) => i);
    expect([...cutPoints(sorted, 4)]).toEqual([249.5, 499.5, 749.5]);
  });

  test('a very frequent value has its own bin, and the other values share the remaining bins', () => {
    const sorted = Float32Array.from({ length: 1000 }, (_, i) => Math.max(0, i - 799));
    const cuts = cutPoints(sorted, 5);
    expect(cuts[0]).toBe(0.5);
    expect([...cuts]).toEqual([0.5, 50.5, 100.5, 150.5]);
  });

  test('keeps the order of values and is the same for dense and sparse features', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 20 }), (seed, maxBins) => {
        const X = randomMatrix(40, 3, seed, 0.6);
        const dense = binFeatures(X, maxBins, fitThreads(1));
        expect(binFeatures(toSparse(X), maxBins, fitThreads(1))).toEqual(dense);
        for (let col = 0; col < 3; col++) {
          const cuts = scaleOf(dense, col).cuts;
          expect(cuts.length).toBeLessThan(maxBins);
          for (let row = 0; row < 40; row++) {
            const value = X.data[row * 3 + col];
            const bin = dense.bins[col * 40 + row];
            if (bin > 0) expect(value).toBeGreaterThan(cuts[bin - 1]);
            if (bin < cuts.length) expect(value).toBeLessThanOrEqual(cuts[bin]);
          }
        }
      }),
    );
  });

  test('a cut is near the middle of the values on its two sides, whatever bins are between', () => {
    const scale = binScale(Float32Array.of(0, 10, 11, 12, 13, 14, 30), 0, 8);
    expect(scale.cuts[cutBetween(scale, 0, 5)]).toBe(5);
    expect(scale.cuts[cutBetween(scale, 0, 6)]).toBe(13.5);
    expect(cutBetween(scale, 2, 3)).toBe(2);
  });

  test('neighboring single-precision values get different bins', () => {
    const next = 1 + 2 ** -23;
    const [cut] = cutPoints(Float32Array.of(1, next), 8);
    expect(cut).toBeGreaterThanOrEqual(1);
    expect(cut).toBeLessThan(next);
  });
});
