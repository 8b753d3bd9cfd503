import { expect, test } from '@jest/globals';
import { measure } from './measure.js';
import type { Predictions } from './predictions.js';

/** Twenty cells of two donors; every other cell of the second donor is predicted wrongly. */
const predictions: Predictions = {
  classes: ['cTEC', 'mTEC'],
  cellIds: Array.from({ length: 20 }, (_, cell) => `cell ${cell}`),
  groups: Array.from({ length: 20 }, (_, cell) => (cell < 10 ? 'A' : 'B')),
  folds: Int32Array.from({ length: 20 }, (_, cell) => (cell < 10 ? 0 : 1)),
  truth: Int32Array.from({ length: 20 }, (_, cell) => cell % 2),
  probabilities: Float64Array.from(
    Array.from({ length: 20 }, (_, cell) => {
      const right = cell < 10 || cell % 4 < 2;
      const p = right === (cell % 2 === 1) ? 0.9 : 0.1;
      return [1 - p, p];
    }).flat(),
  ),
};
const options = { resamples: 500, level: 0.95, seed: 1 };

test('scores all test rows together and each fold by itself', () => {
  const measured = measure(predictions, { ...options, byGroup: false });
  expect(measured.accuracy.mean).toBeCloseTo(measured.folds[0].accuracy / 2 + measured.folds[1].accuracy / 2, 12);
  expect(measured.folds[0].accuracy).toBe(1);
  expect(measured.confusion.flat().reduce((sum, n) => sum + n, 0)).toBe(20);
  expect(measured.confusion[0][0] + measured.confusion[1][1]).toBe(20 * measured.accuracy.mean);
});

test('intervals contain the estimate, and are wider when whole donors are resampled', () => {
  const byCell = measure(predictions, { ...options, byGroup: false });
  const byDonor = measure(predictions, { ...options, byGroup: true });
  for (const { accuracy } of [byCell, byDonor]) {
    expect(accuracy.ci95[0]).toBeLessThanOrEqual(accuracy.mean);
    expect(accuracy.ci95[1]).toBeGreaterThanOrEqual(accuracy.mean);
  }
  const width = ([low, high]: [number, number]) => high - low;
  expect(width(byDonor.accuracy.ci95)).toBeGreaterThan(width(byCell.accuracy.ci95));
});

test('a constant classifier has an area of one half, for any class proportions in a fold', () => {
  const truth = Int32Array.from({ length: 20 }, (_, cell) => (cell < 10 ? Number(cell < 2) : Number(cell < 18)));
  const probabilities = Float64Array.from({ length: 40 }, (_, i) => ((i % 2 === 1) === i < 20 ? 0.7 : 0.3));
  const measured = measure({ ...predictions, truth, probabilities }, { ...options, byGroup: false });
  expect(measured.rocAuc.mean).toBe(0.5);
});
