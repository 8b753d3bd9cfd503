import { ArgumentError } from '@geneformer-ts/core';
import { studentTwoSided } from './distributions.js';

/** Result of a t-test. */
export interface TTest {
  mean: number;
  t: number;
  degreesOfFreedom: number;
  /** Two-sided. */
  pValue: number;
}

/**
 * Runs the corrected resampled t-test on the differences between two models over the folds of a cross-validation
 * (Nadeau and Bengio 2003).
 *
 * Folds share training rows, so their scores are not independent, and the plain paired t-test has too many false
 * positives. The correction raises the variance factor from 1/folds to 1/folds + `testRows` / `trainRows`.
 *
 * @param differences score of the first model minus the second, one per fold (of all repeats)
 * @param trainRows number of training rows per fold
 * @param testRows number of test rows per fold
 * @throws ArgumentError with fewer than 2 folds, for a difference that is NaN, or sizes that are not positive
 */
export function correctedTTest(differences: ArrayLike<number>, trainRows: number, testRows: number): TTest {
  const folds = differences.length;
  if (folds < 2)
    throw new ArgumentError('differences', `${folds} fold is too few`, 'give the scores of at least 2 folds');
  if (!(trainRows > 0)) throw ArgumentError.of('trainRows', trainRows, 'the number of training rows per fold, above 0');
  if (!(testRows > 0)) throw ArgumentError.of('testRows', testRows, 'the number of test rows per fold, above 0');
  const values = Float64Array.from(differences);
  if (values.some(Number.isNaN)) throw ArgumentError.of('differences', NaN, 'numbers only');
  const mean = values.reduce((sum, value) => sum + value, 0) / folds;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (folds - 1);
  const t = mean === 0 ? 0 : mean / Math.sqrt((1 / folds + testRows / trainRows) * variance);
  return { mean, t, degreesOfFreedom: folds - 1, pValue: studentTwoSided(t, folds - 1) };
}
