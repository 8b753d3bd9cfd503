import { ArgumentError } from '@geneformer-ts/core';
import { checkLabels, checkLength } from './checks.js';
import { normalQuantileTwoSided, normalTwoSided } from './distributions.js';
import { UndefinedStatisticError } from './errors.js';
import { rankByScore, type Scores } from './ranking.js';

/** ROC AUCs of two models on the same rows, with a test of their difference. */
export interface DeLongTest {
  areas: [number, number];
  /** First minus second. */
  difference: number;
  standardError: number;
  z: number;
  /** Two-sided. */
  pValue: number;
}

/**
 * Runs DeLong's test of whether two classifiers have the same ROC AUC on the same rows (DeLong, DeLong and
 * Clarke-Pearson 1988; midrank algorithm of Sun and Xu 2014). Rows must be independent: for cells of few donors use a
 * cluster bootstrap.
 *
 * @param truth 1 for positives, 0 for negatives
 * @throws UndefinedStatisticError when a class has fewer than 2 rows, LengthMismatchError, LabelRangeError
 */
export function deLongTest(truth: Int32Array, first: Scores, second: Scores): DeLongTest {
  const a = placements(truth, first);
  const b = placements(truth, second);
  const difference = a.area - b.area;
  // Both models score the same rows, so the variance of the difference is that of the per-row differences.
  const positives = a.positives.map((share, i) => share - b.positives[i]);
  const negatives = a.negatives.map((share, i) => share - b.negatives[i]);
  const standardError = Math.sqrt(varianceOfMean(positives) + varianceOfMean(negatives));
  // Two models with the same ranking have difference 0 and standard error 0; z is then 0, not NaN.
  const z = difference === 0 ? 0 : difference / standardError;
  return { areas: [a.area, b.area], difference, standardError, z, pValue: normalTwoSided(z) };
}

/**
 * Returns DeLong's confidence interval of a ROC AUC, clipped to 0 and 1.
 *
 * @throws as {@link deLongTest}, ArgumentError for a level outside 0 to 1
 */
export function deLongInterval(truth: Int32Array, scores: Scores, level = 0.95): [number, number] {
  if (!(level > 0 && level < 1)) throw ArgumentError.of('level', level, 'a number between 0 and 1, such as 0.95');
  const { area, positives, negatives } = placements(truth, scores);
  const reach = normalQuantileTwoSided(1 - level) * Math.sqrt(varianceOfMean(positives) + varianceOfMean(negatives));
  return [Math.max(0, area - reach), Math.min(1, area + reach)];
}

/**
 * Returns, for each positive, the share of negatives below it, and for each negative the share of positives above it.
 * Ties count half.
 */
function placements(
  truth: Int32Array,
  scores: Scores,
): { area: number; positives: Float64Array; negatives: Float64Array } {
  checkLabels('truth', truth, 2);
  checkLength('scores', scores.length, truth.length);
  const total = truth.reduce((sum, label) => sum + label, 0);
  const others = truth.length - total;
  if (total < 2 || others < 2) {
    const missing = total < 2 ? 'positive' : 'negative';
    throw new UndefinedStatisticError('DeLong', `fewer than 2 ${missing} rows`, 'give at least 2 rows of each class');
  }
  const { order, runs } = rankByScore(scores, truth.length);
  const share = new Float64Array(truth.length);
  let positivesAbove = 0;
  let negativesAbove = 0;
  for (let run = 0; run + 1 < runs.length; run++) {
    const rows = order.subarray(runs[run], runs[run + 1]);
    const positives = rows.reduce((sum, row) => sum + truth[row], 0);
    const negatives = rows.length - positives;
    for (const row of rows) {
      share[row] =
        truth[row] === 1
          ? (others - negativesAbove - negatives / 2) / others
          : (positivesAbove + positives / 2) / total;
    }
    positivesAbove += positives;
    negativesAbove += negatives;
  }
  const positives = share.filter((_, row) => truth[row] === 1);
  return { area: mean(positives), positives, negatives: share.filter((_, row) => truth[row] === 0) };
}

function varianceOfMean(values: Float64Array): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1) / values.length;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
