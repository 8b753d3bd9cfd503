import { ArgumentError } from '@geneformer-ts/core';
import { checkLabels, checkLength, type RowWeights } from './checks.js';
import { UndefinedStatisticError } from './errors.js';
import { areaOfRanking, rankByScore, type Scores } from './ranking.js';

/**
 * Returns the area under the ROC curve.
 *
 * With two classes it is that of class 1; with more, the unweighted mean over each class against the rest
 * (scikit-learn's `roc_auc_score(multi_class='ovr', average='macro')`). Ties count half.
 *
 * @param probabilities rows × classes, row-major; with two classes also one score per row, on any scale
 * @throws UndefinedStatisticError when a class has no rows, LengthMismatchError, LabelRangeError, ArgumentError
 */
export function rocAuc(truth: Int32Array, probabilities: Scores, classes: number): number {
  const area = rocAucScorer(truth, probabilities, classes)();
  if (Number.isNaN(area)) {
    const counts = new Int32Array(classes);
    for (const label of truth) counts[label]++;
    throw new UndefinedStatisticError(
      'rocAuc',
      `class ${counts.indexOf(0)} has no rows`,
      'score rows of every class together, or leave that class out',
    );
  }
  return area;
}

/**
 * Returns {@link rocAuc} as a function of row weights. Sorts only once, for the many resamples of a bootstrap. The
 * function returns NaN if a class has no weight.
 *
 * @throws LengthMismatchError, LabelRangeError, ArgumentError
 */
export function rocAucScorer(
  truth: Int32Array,
  probabilities: Scores,
  classes: number,
): (weights?: RowWeights) => number {
  if (classes < 2) throw ArgumentError.of('classes', classes, 'at least 2 classes for an ROC AUC');
  checkLabels('truth', truth, classes);
  const rows = truth.length;
  const oneColumn = classes === 2 && probabilities.length === rows;
  if (!oneColumn) checkLength('probabilities', probabilities.length, rows * classes);

  const stride = oneColumn ? 1 : classes;
  const positives = classes === 2 ? [1] : Array.from({ length: classes }, (_, label) => label);
  const rankings = positives.map((label) => rankByScore(probabilities, rows, stride, oneColumn ? 0 : label));

  return (weights) => {
    if (weights) checkLength('weights', weights.length, rows);
    let sum = 0;
    for (let i = 0; i < positives.length; i++) sum += areaOfRanking(rankings[i], truth, positives[i], weights);
    return sum / positives.length;
  };
}
