import { describe, expect, test } from '@jest/globals';
import { cellTypes, depthAt } from './cell-types.js';

describe('depthAt', () => {
  const scores = [-1.6449, -0.6745, 0, 0.6745, 1.6449];

  test.each(cellTypes)('$name has its quantiles at their normal scores', ({ depth }) => {
    const depths = scores.map((score) => depthAt(depth, score));
    expect(depths).toBeAllClose(depth, { rtol: 0, atol: 4e-7 });
  });

  test('rises with the score and stops at ±2.5', () => {
    const { depth } = cellTypes[0];
    const depths = Array.from({ length: 51 }, (_, i) => depthAt(depth, -2.5 + i / 10));
    expect(depths).toEqual([...depths].sort((a, b) => a - b));
    expect(new Set(depths).size).toBe(51);
    expect(depthAt(depth, 9)).toBe(depthAt(depth, 2.5));
  });
});
