import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { bootstrapOptionNames, type BootstrapOptions, statisticOfResamples } from './bootstrap.js';
import { checkLabels, checkLength, type RowWeights } from './checks.js';
import { UndefinedStatisticError } from './errors.js';
import { quantileOfSorted } from './quantile.js';
import { rankByScore, type Ranking, type Scores } from './ranking.js';

/** Options of {@link rocBand}. */
export interface RocBandOptions extends BootstrapOptions {
  /** Points of the band, at equal distances from 0 to 1. Default 101. */
  points?: number;
}

const known: OptionNames<RocBandOptions> = { points: true, ...bootstrapOptionNames };

/** A ROC curve and its interval, at equally spaced false positive rates. */
export interface RocBand {
  falsePositiveRate: Float64Array;
  /** Of all rows. */
  truePositiveRate: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

/**
 * Returns a ROC curve with a pointwise percentile bootstrap interval of the true positive rate (vertical averaging:
 * Fawcett 2006, section 8). The confidence level holds at each false positive rate, not for the whole curve. Rates are
 * interpolated between points; at a vertical step the upper end is used. Resamples without one of the classes are
 * excluded.
 *
 * @param truth 1 for positives, 0 for negatives
 * @param scores higher means more likely positive
 * @throws UndefinedStatisticError when one of the classes has no rows, LengthMismatchError, LabelRangeError,
 *   ArgumentError
 */
export function rocBand(truth: Int32Array, scores: Scores, options: RocBandOptions = {}): RocBand {
  checkOptions('rocBand', options, known);
  const { points = 101, level = 0.95, ...bootstrap } = options;
  if (!Number.isInteger(points) || points < 2) throw ArgumentError.of('points', points, 'a whole number of at least 2');
  if (!(level > 0 && level < 1)) throw ArgumentError.of('level', level, 'a number between 0 and 1, such as 0.95');
  checkLabels('truth', truth, 2);
  checkLength('scores', scores.length, truth.length);
  const ranking = rankByScore(scores, truth.length);
  const truePositiveRate = new Float64Array(points);
  if (!ratesOf(ranking, truth, undefined, truePositiveRate)) {
    throw new UndefinedStatisticError('rocBand', 'a class has no rows', 'give rows of both classes');
  }
  const rates: Float64Array[] = [];
  statisticOfResamples(
    truth.length,
    (weights) => {
      const ofResample = new Float64Array(points);
      if (ratesOf(ranking, truth, weights, ofResample)) rates.push(ofResample);
      return 0;
    },
    bootstrap,
  );
  if (rates.length === 0) {
    throw new UndefinedStatisticError(
      'rocBand',
      'no resample has both classes',
      'draw more resamples, or give both classes to more clusters',
    );
  }
  const bound = (share: number) =>
    Float64Array.from({ length: points }, (_, i) =>
      quantileOfSorted(Float64Array.from(rates, (r) => r[i]).sort(), share),
    );
  return {
    falsePositiveRate: Float64Array.from({ length: points }, (_, i) => i / (points - 1)),
    truePositiveRate,
    low: bound((1 - level) / 2),
    high: bound((1 + level) / 2),
  };
}

/**
 * Writes the true positive rate at each of `out.length` equally spaced false positive rates; returns false when a class
 * has no weight.
 */
function ratesOf(
  { order, runs }: Ranking,
  truth: Int32Array,
  weights: RowWeights | undefined,
  out: Float64Array,
): boolean {
  const totals = [0, 0];
  for (let row = 0; row < truth.length; row++) totals[truth[row]] += weights === undefined ? 1 : weights[row];
  const [negatives, positives] = totals as [number, number];
  if (negatives === 0 || positives === 0) return false;
  const last = out.length - 1;
  let next = 0;
  let seen = 0;
  let hits = 0;
  for (let run = 0; run + 1 < runs.length; run++) {
    const [before, hitsBefore] = [seen, hits];
    for (let rank = runs[run]; rank < runs[run + 1]; rank++) {
      const weight = weights === undefined ? 1 : weights[order[rank]];
      if (truth[order[rank]] === 1) hits += weight;
      else seen += weight;
    }
    // Only points strictly before the end of this segment; the next one may be a vertical step at that end.
    while (next <= last && next * negatives < seen * last) {
      const share = ((next * negatives) / last - before) / (seen - before);
      out[next++] = (hitsBefore + share * (hits - hitsBefore)) / positives;
    }
  }
  out.fill(1, next);
  return true;
}
