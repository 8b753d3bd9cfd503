import { ArgumentError, below, checkOptions, type OptionNames, type Random, seededRandom } from '@geneformer-ts/core';
import { checkLength } from './checks.js';
import { UndefinedStatisticError } from './errors.js';
import { quantileOfSorted } from './quantile.js';
import { samplingUnits, type SamplingUnits } from './sampling-units.js';

/** Options of {@link bootstrapInterval} and {@link bootstrapDistribution}. */
export interface BootstrapOptions {
  /** Number of resamples. Default 2000. */
  resamples?: number;
  /** Seed of the resamples. Default 0. */
  seed?: number;
  /** Confidence level between 0 and 1. Default 0.95. */
  level?: number;
  /**
   * Cluster of each row, such as its donor. Whole clusters are drawn, because rows of one donor are not independent.
   */
  clusters?: Int32Array;
  /** Stratum of each row. Each stratum keeps its size. With `clusters`, each cluster must be in one stratum. */
  strata?: Int32Array;
}

export const bootstrapOptionNames: OptionNames<BootstrapOptions> = {
  resamples: true,
  seed: true,
  level: true,
  clusters: true,
  strata: true,
};

/**
 * A statistic of the rows, where row `i` counts `weights[i]` times. The array is reused for the next resample. All
 * scores of this package with a `weights` argument are suitable.
 */
export type WeightedStatistic = (weights: Int32Array) => number;

/**
 * Returns a percentile bootstrap confidence interval (Efron and Tibshirani 1993, chapter 13).
 *
 * Rows are not copied: the statistic receives the number of draws of each row. Resamples with the value NaN (such as an
 * AUC without one of the classes) are excluded.
 *
 * ```ts
 * const [low, high] = bootstrapInterval(truth.length, (w) => accuracy(truth, predicted, w), { clusters: donors });
 * ```
 *
 * @returns lower and upper bound
 * @throws UndefinedStatisticError when every resample gave NaN, ArgumentError, LengthMismatchError
 */
export function bootstrapInterval(
  rows: number,
  statistic: WeightedStatistic,
  options: BootstrapOptions = {},
): [number, number] {
  checkOptions('bootstrapInterval', options, bootstrapOptionNames);
  const { level = 0.95 } = options;
  if (!(level > 0 && level < 1)) throw ArgumentError.of('level', level, 'a number between 0 and 1, such as 0.95');
  const defined = statisticOfResamples(rows, statistic, options)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (defined.length === 0) {
    throw new UndefinedStatisticError(
      'bootstrapInterval',
      'the statistic has no value on any resample',
      'check that it is defined on all rows, or resample within strata',
    );
  }
  const tail = (1 - level) / 2;
  return [quantileOfSorted(defined, tail), quantileOfSorted(defined, 1 - tail)];
}

/** Returns the statistic on each resample, in drawing order. Options and errors as in {@link bootstrapInterval}. */
export function bootstrapDistribution(
  rows: number,
  statistic: WeightedStatistic,
  options: BootstrapOptions = {},
): Float64Array {
  checkOptions('bootstrapDistribution', options, bootstrapOptionNames);
  return statisticOfResamples(rows, statistic, options);
}

/** {@link bootstrapDistribution} with options that are checked. */
export function statisticOfResamples(
  rows: number,
  statistic: WeightedStatistic,
  options: BootstrapOptions,
): Float64Array {
  const { resamples = 2000, seed = 0, clusters, strata } = options;
  if (!Number.isInteger(rows) || rows < 1) throw ArgumentError.of('rows', rows, 'at least one row');
  if (!Number.isInteger(resamples) || resamples < 1) throw ArgumentError.of('resamples', resamples, 'at least 1');
  if (clusters) checkLength('clusters', clusters.length, rows);
  if (strata) checkLength('strata', strata.length, rows);

  const units = samplingUnits(rows, clusters, strata);
  const drawn = new Int32Array(units.count);
  const weights = units.unitOf ? new Int32Array(rows) : drawn;
  const random = seededRandom(seed);
  return new Float64Array(resamples).map(() => {
    resample(units, drawn, random);
    if (units.unitOf) for (let row = 0; row < rows; row++) weights[row] = drawn[units.unitOf[row]]!;
    return statistic(weights);
  });
}

function resample(units: SamplingUnits, drawn: Int32Array, random: Random): void {
  drawn.fill(0);
  for (const stratum of units.strata) {
    for (let i = 0; i < stratum.length; i++) drawn[stratum[below(random, stratum.length)]]++;
  }
}
