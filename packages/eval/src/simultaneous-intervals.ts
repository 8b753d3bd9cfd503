import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { checkLength } from './checks.js';
import { UndefinedStatisticError } from './errors.js';
import { quantileOfSorted } from './quantile.js';

/** Options of {@link simultaneousIntervals}. */
export interface SimultaneousOptions {
  /** Confidence level between 0 and 1. Default 0.95. */
  level?: number;
}

const known: OptionNames<SimultaneousOptions> = { level: true };

/** An estimate with the interval and p-value that {@link simultaneousIntervals} gives it. */
export interface SimultaneousInterval {
  estimate: number;
  /** Standard deviation over the resamples. */
  standardError: number;
  /** Together with the intervals of the other estimates, it contains all true values with the confidence level. */
  interval: [number, number];
  /** Two-sided p-value of the value 0, adjusted over all estimates: a single-step test on the same resamples. */
  pValue: number;
}

/**
 * Returns confidence intervals that contain all true values together, for estimates on the same resamples, such as the differences
 * between one model and each of the others. The half width is a common multiple of each standard error: the quantile of the largest
 * studentized deviation per resample (the bootstrap max-t method of Westfall and Young 1993). Correlated estimates, such as differences
 * from one model, get narrower intervals than by Bonferroni's method.
 *
 * ```ts
 * const draws = models.map((one) => bootstrapDistribution(rows, (w) => accuracy(truth, one, w), { seed: 0 })); // same resamples
 * const resampled = draws.slice(1).map((other) => other.map((value, i) => draws[0][i] - value));
 * simultaneousIntervals(differences, resampled); // [{ estimate: 0.02, interval: [-0.01, 0.05], pValue: 0.24, … }, …]
 * ```
 *
 * @param estimates values on the rows themselves
 * @param resampled values on each resample, one array per estimate; value i of every array is of the same resample. Resamples with a NaN
 *   are excluded.
 * @throws LengthMismatchError, UndefinedStatisticError with fewer than 2 resamples without NaN, ArgumentError
 */
export function simultaneousIntervals(
  estimates: ArrayLike<number>,
  resampled: readonly ArrayLike<number>[],
  options: SimultaneousOptions = {},
): SimultaneousInterval[] {
  checkOptions('simultaneousIntervals', options, known);
  const { level = 0.95 } = options;
  if (!(level > 0 && level < 1)) throw ArgumentError.of('level', level, 'a number between 0 and 1, such as 0.95');
  checkLength('resampled', resampled.length, estimates.length);
  const [first] = resampled;
  if (!first) return [];
  resampled.forEach((values, j) => checkLength(`resampled[${j}]`, values.length, first.length));
  const defined = Array.from({ length: first.length }, (_, i) => i).filter((i) =>
    resampled.every((values) => !Number.isNaN(values[i])),
  );
  if (defined.length < 2) {
    throw new UndefinedStatisticError(
      'simultaneousIntervals',
      'fewer than 2 resamples have a value of every estimate',
      'give more resamples, or resample within strata',
    );
  }
  const errors = resampled.map((values) => standardDeviation(defined.map((i) => values[i])));
  const largest = Float64Array.from(defined, (i) =>
    errors.reduce((most, error, j) => Math.max(most, studentized(resampled[j][i] - estimates[j], error)), 0),
  ).sort();
  const reach = quantileOfSorted(largest, level);
  return errors.map((error, j) => {
    const estimate = estimates[j];
    const beyond = largest.filter((one) => one >= studentized(estimate, error)).length;
    return {
      estimate,
      standardError: error,
      interval: [estimate - reach * error, estimate + reach * error],
      // Counting the estimate as a resample keeps the p-value above 0.
      pValue: estimate === 0 ? 1 : (1 + beyond) / (1 + defined.length),
    };
  });
}

/** Returns |deviation| / error; 0 for an estimate that no resample changes, which then does not widen the other intervals. */
function studentized(deviation: number, error: number): number {
  if (error > 0) return Math.abs(deviation) / error;
  return deviation === 0 ? 0 : Infinity;
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
