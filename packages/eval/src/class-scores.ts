import { checkLabels, checkLength, type RowWeights } from './checks.js';
import { classTotals, type ClassTotals } from './confusion.js';
import { UndefinedStatisticError } from './errors.js';

/**
 * Returns the share of rows with a correct prediction, from 0 to 1.
 *
 * @param weights weight of each row, for {@link bootstrapInterval}; default 1
 * @throws LengthMismatchError, UndefinedStatisticError without rows
 */
export function accuracy(truth: Int32Array, predicted: Int32Array, weights?: RowWeights): number {
  checkLength('predicted', predicted.length, truth.length);
  if (weights) checkLength('weights', weights.length, truth.length);
  if (truth.length === 0) throw noRows('accuracy');
  let right = 0;
  let all = 0;
  for (let row = 0; row < truth.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    all += weight;
    if (truth[row] === predicted[row]) right += weight;
  }
  return right / all;
}

/**
 * Returns the unweighted mean F1 over the classes that occur in `truth` or `predicted`, as scikit-learn's
 * `f1_score(average='macro')`. A class without correct predictions counts as 0.
 *
 * @throws LengthMismatchError, LabelRangeError, UndefinedStatisticError without rows
 */
export function macroF1(truth: Int32Array, predicted: Int32Array, classes: number, weights?: RowWeights): number {
  const totals = checkedTotals('macroF1', truth, predicted, classes, weights);
  let sum = 0;
  let present = 0;
  for (let label = 0; label < classes; label++) {
    const rows = totals.actual[label] + totals.predicted[label];
    if (rows === 0) continue;
    present++;
    sum += (2 * totals.correct[label]) / rows;
  }
  return sum / present;
}

/**
 * Returns the F1 of each class; NaN for a class that occurs neither in `truth` nor in `predicted`. Errors as in {@link
 * macroF1}.
 */
export function perClassF1(
  truth: Int32Array,
  predicted: Int32Array,
  classes: number,
  weights?: RowWeights,
): Float64Array {
  const { correct, actual, predicted: called } = checkedTotals('perClassF1', truth, predicted, classes, weights);
  return correct.map((right, label) => (2 * right) / (actual[label] + called[label]));
}

/** Returns the recall of each class; NaN for a class without rows. Errors as in {@link macroF1}. */
export function perClassRecall(
  truth: Int32Array,
  predicted: Int32Array,
  classes: number,
  weights?: RowWeights,
): Float64Array {
  const { correct, actual } = checkedTotals('perClassRecall', truth, predicted, classes, weights);
  return correct.map((right, label) => right / actual[label]);
}

/** Returns the precision of each class; NaN for a class that is never predicted. Errors as in {@link macroF1}. */
export function perClassPrecision(
  truth: Int32Array,
  predicted: Int32Array,
  classes: number,
  weights?: RowWeights,
): Float64Array {
  const { correct, predicted: called } = checkedTotals('perClassPrecision', truth, predicted, classes, weights);
  return correct.map((right, label) => right / called[label]);
}

function checkedTotals(
  name: string,
  truth: Int32Array,
  predicted: Int32Array,
  classes: number,
  weights?: RowWeights,
): ClassTotals {
  checkLength('predicted', predicted.length, truth.length);
  if (weights) checkLength('weights', weights.length, truth.length);
  checkLabels('truth', truth, classes);
  checkLabels('predicted', predicted, classes);
  if (truth.length === 0) throw noRows(name);
  return classTotals(truth, predicted, classes, weights);
}

function noRows(statistic: string): UndefinedStatisticError {
  return new UndefinedStatisticError(statistic, 'got no rows', 'score at least one prediction');
}
