import { ArgumentError } from '@geneformer-ts/core';
import { checkLabels, checkLength, type RowWeights } from './checks.js';
import { UndefinedStatisticError } from './errors.js';
import { rankByScore, type Ranking, type Scores } from './ranking.js';

/**
 * Returns the average precision: the sum of precision times the step in recall, without interpolation, as
 * scikit-learn's `average_precision_score`. With two classes it is that of class 1; with more, the unweighted mean over
 * each class against the rest. Unlike the ROC AUC it depends on the class frequency: random scores give the share of
 * the class.
 *
 * @param probabilities rows × classes, row-major; with two classes also one score per row
 * @throws UndefinedStatisticError when a class has no rows, LengthMismatchError, LabelRangeError, ArgumentError
 */
export function averagePrecision(
  truth: Int32Array,
  probabilities: Scores,
  classes: number,
  weights?: RowWeights,
): number {
  if (classes < 2) throw ArgumentError.of('classes', classes, 'at least 2 classes for an average precision');
  checkLabels('truth', truth, classes);
  const rows = truth.length;
  const oneColumn = classes === 2 && probabilities.length === rows;
  if (!oneColumn) checkLength('probabilities', probabilities.length, rows * classes);
  if (weights) checkLength('weights', weights.length, rows);
  const positives = classes === 2 ? [1] : Array.from({ length: classes }, (_, label) => label);
  let sum = 0;
  for (const label of positives) {
    const ranking = rankByScore(probabilities, rows, oneColumn ? 1 : classes, oneColumn ? 0 : label);
    const area = areaUnderPrecision(ranking, truth, label, weights);
    if (Number.isNaN(area)) {
      throw new UndefinedStatisticError('averagePrecision', `class ${label} has no rows`, 'leave that class out');
    }
    sum += area;
  }
  return sum / positives.length;
}

function areaUnderPrecision(ranking: Ranking, truth: Int32Array, positive: number, weights?: RowWeights): number {
  const { order, runs } = ranking;
  let found = 0;
  let called = 0;
  let area = 0;
  for (let run = 0; run + 1 < runs.length; run++) {
    let hits = 0;
    for (let rank = runs[run]; rank < runs[run + 1]; rank++) {
      const row = order[rank];
      const weight = weights === undefined ? 1 : weights[row];
      called += weight;
      if (truth[row] === positive) hits += weight;
    }
    found += hits;
    if (called > 0) area += (hits * found) / called;
  }
  return area / found;
}
