import { checkLabels, checkLength, type RowWeights } from './checks.js';

/**
 * Returns the confusion matrix, classes × classes, row-major: the number of rows of class `t` predicted as class `p` is
 * at `[t * classes + p]`.
 *
 * @throws LengthMismatchError, LabelRangeError
 */
export function confusionMatrix(truth: Int32Array, predicted: Int32Array, classes: number): Int32Array {
  checkLength('predicted', predicted.length, truth.length);
  checkLabels('truth', truth, classes);
  checkLabels('predicted', predicted, classes);
  const counts = new Int32Array(classes * classes);
  for (let row = 0; row < truth.length; row++) counts[truth[row] * classes + predicted[row]]++;
  return counts;
}

/** Sums of a confusion matrix from which the scores of a class are computed. */
export interface ClassTotals {
  /** Correctly predicted rows of the class. */
  correct: Float64Array;
  /** Rows of the class. */
  actual: Float64Array;
  /** Rows predicted as the class. */
  predicted: Float64Array;
}

export function classTotals(
  truth: Int32Array,
  predicted: Int32Array,
  classes: number,
  weights?: RowWeights,
): ClassTotals {
  const totals = {
    correct: new Float64Array(classes),
    actual: new Float64Array(classes),
    predicted: new Float64Array(classes),
  };
  for (let row = 0; row < truth.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    const t = truth[row];
    const p = predicted[row];
    totals.actual[t] += weight;
    totals.predicted[p] += weight;
    if (t === p) totals.correct[t] += weight;
  }
  return totals;
}
