import { expect, test } from '@jest/globals';
import { drawInterval } from './draw-interval.js';

test('is that of scipy.stats.t.interval(0.95, 4, mean, sem)', () => {
  const { mean, ci95 } = drawInterval([0.61, 0.72, 0.66, 0.58, 0.7]);
  expect(mean).toBeCloseTo(0.654, 10);
  expect(ci95![0]).toBeCloseTo(0.5807523474, 4);
  expect(ci95![1]).toBeCloseTo(0.7272476526, 4);
});

test('is absent for a single draw', () => {
  expect(drawInterval([0.9])).toEqual({ mean: 0.9, ci95: null });
});
