import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { checkLabels, checkLength } from './checks.js';
import { UndefinedStatisticError } from './errors.js';
import { rankByScore, type Scores } from './ranking.js';

/** Points of a curve, from the strictest threshold to the loosest. */
export interface RocCurve {
  /** Share of negatives with a score at or above the threshold. */
  falsePositiveRate: Float64Array;
  /** Share of positives with a score at or above the threshold. */
  truePositiveRate: Float64Array;
  /** The first is `Infinity`: nothing is called positive. */
  thresholds: Float64Array;
}

/** Options of {@link rocCurve}. */
export interface RocCurveOptions {
  /** Whether to remove points on a straight line between their neighbors. Default true, as in scikit-learn. */
  dropIntermediate?: boolean;
}

const known: OptionNames<RocCurveOptions> = { dropIntermediate: true };

/**
 * Returns the ROC curve of a binary classifier, with one point per distinct score.
 *
 * @param truth 1 for positives, 0 for negatives
 * @param scores higher means more likely positive
 * @throws UndefinedStatisticError when one of the classes has no rows, LengthMismatchError, LabelRangeError
 */
export function rocCurve(truth: Int32Array, scores: Scores, options: RocCurveOptions = {}): RocCurve {
  checkOptions('rocCurve', options, known);
  const { dropIntermediate = true } = options;
  checkLabels('truth', truth, 2);
  checkLength('scores', scores.length, truth.length);
  const { order, runs } = rankByScore(scores, truth.length);

  const points = runs.length;
  const negatives = new Float64Array(points);
  const positives = new Float64Array(points);
  const thresholds = new Float64Array(points);
  thresholds[0] = Infinity;
  for (let point = 1; point < points; point++) {
    let hits = 0;
    for (let rank = runs[point - 1]; rank < runs[point]; rank++) hits += truth[order[rank]];
    positives[point] = positives[point - 1] + hits;
    negatives[point] = negatives[point - 1] + (runs[point] - runs[point - 1] - hits);
    thresholds[point] = scores[order[runs[point - 1]]]!;
  }
  const allPositives = positives[points - 1];
  const allNegatives = negatives[points - 1];
  if (allPositives === 0 || allNegatives === 0) {
    const missing = allPositives === 0 ? 'positive' : 'negative';
    throw new UndefinedStatisticError('rocCurve', `got no ${missing} rows`, 'give rows of both classes');
  }

  const kept = dropIntermediate ? corners(negatives, positives) : Int32Array.from(thresholds.keys());
  return {
    falsePositiveRate: Float64Array.from(kept, (point) => negatives[point] / allNegatives),
    truePositiveRate: Float64Array.from(kept, (point) => positives[point] / allPositives),
    thresholds: Float64Array.from(kept, (point) => thresholds[point]),
  };
}

/**
 * Returns the points where the slope changes, with both ends and, as in scikit-learn, the first point after the origin.
 */
function corners(negatives: Float64Array, positives: Float64Array): Int32Array {
  const last = negatives.length - 1;
  const kept: number[] = [];
  for (let point = 0; point <= last; point++) {
    const straight =
      point > 1 &&
      point < last &&
      negatives[point + 1] - negatives[point] === negatives[point] - negatives[point - 1] &&
      positives[point + 1] - positives[point] === positives[point] - positives[point - 1];
    if (!straight) kept.push(point);
  }
  return Int32Array.from(kept);
}
