import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MedianSketch } from './median-sketch.js';

function exactMedian(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle - 0.5)] + sorted[Math.floor(middle)]) / 2;
}

function sketchOf(values: readonly number[]): MedianSketch {
  const sketch = new MedianSketch(1);
  for (const value of values) sketch.add(0, value);
  return sketch;
}

const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });

describe('the median of a gene', () => {
  test('is NaN for a gene without values', () => {
    expect(new MedianSketch(3).median(2)).toBeNaN();
  });

  test('is exact up to 512 values', () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 1, maxLength: 512 }), (values) => {
        expect(sketchOf(values).median(0)).toBe(exactMedian(values));
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  test('is within 1/256 of the exact median for more values', () => {
    fc.assert(
      fc.property(fc.array(positive, { minLength: 513, maxLength: 3000 }), (values) => {
        const odd = values.length % 2 === 1 ? values : values.slice(1);
        const exact = exactMedian(odd);
        expect(Math.abs(sketchOf(odd).median(0) - exact)).toBeLessThanOrEqual((exact * 1.0001) / 256);
      }),
      { numRuns: 50, seed: 3 },
    );
  });

  test('is much closer for values distributed like expression levels', () => {
    const values = Array.from({ length: 50_001 }, (_, i) => Math.exp(Math.sin(i) * 2 + Math.cos(i * 0.37)));
    const exact = exactMedian(values);
    expect(Math.abs(sketchOf(values).median(0) / exact - 1)).toBeLessThan(1e-3);
  });

  test('does not depend on how the values were split among merged sketches', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), positive, fc.nat(3)), { maxLength: 2500 }), (entries) => {
        const whole = new MedianSketch(3);
        const parts = Array.from({ length: 4 }, () => new MedianSketch(3));
        for (const [gene, value, part] of entries) {
          whole.add(gene, value);
          parts[part].add(gene, value);
        }
        const merged = new MedianSketch(3);
        for (const part of parts.reverse()) merged.merge(part);
        for (let gene = 0; gene < 3; gene++) {
          expect(merged.count(gene)).toBe(whole.count(gene));
          expect(merged.median(gene)).toBe(whole.median(gene));
        }
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  test('counts values outside the range in the outermost bins', () => {
    const tiny = sketchOf(new Array<number>(600).fill(1e-300));
    const huge = sketchOf(new Array<number>(600).fill(1e300));
    expect(tiny.median(0)).toBeCloseTo(2 ** -32, 11);
    expect(huge.median(0) / 2 ** 32).toBeCloseTo(1, 2);
  });
});
