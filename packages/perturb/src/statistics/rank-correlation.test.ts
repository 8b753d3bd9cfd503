import { expect, test } from '@jest/globals';
import { rankCorrelation } from './rank-correlation.js';

// Values of scipy.stats.spearmanr.
test.each([
  [[1, 2, 3, 4], [10, 20, 40, 30], 0.8],
  [[1, 2, 2, 3, 5], [2, 1, 4, 4, 4], 0.6308932681440449],
  [[3, NaN, 1, 2], [1, 5, 3, 2], -1],
])('equals scipy: %j, %j', (a, b, expected) => {
  expect(rankCorrelation(a, b)).toBeCloseTo(expected, 12);
});

test('is not defined for equal values', () => {
  expect(rankCorrelation([1, 1], [1, 2])).toBeNaN();
  expect(rankCorrelation([1], [1])).toBeNaN();
});
