import { ArgumentError, below, type Random, seededRandom } from '@geneformer-ts/core';
import { checkLength } from './checks.js';
import { UndefinedStatisticError } from './errors.js';
import { quantileOfSorted } from './quantile.js';
import { samplingUnits, type SamplingUnits } from './sampling-units.js';

/** Options of {@link bootstrapInterval} and {@link bootstrapDistribution}. */
export interface BootstrapOptions {
  /** Number of resamples. Default 2000. */
  resamples?: number;
  /** The same seed gives the same interval. Default 0. */
  seed?: number;
  /** Confidence level between 0 and 1. Default 0.95. */
  level?: number;
  /** Cluster of each row (a donor): whole clusters are drawn, because rows of one donor are not independent. */
  clusters?: Int32Array;
  /** Stratum of each row: each stratum keeps its number of draws. With `clusters`, a cluster must lie in one stratum. */
  strata?: Int32Array;
}

/**
 * A number computed from rows that each count `weights[row]` times. The array is reused by the next resample.
 * Every score of this package that takes weights fits.
 */
export type WeightedStatistic = (weights: Int32Array) => number;

/**
 * Percentile bootstrap confidence interval (Efron and Tibshirani 1993, chapter 13).
 *
 * A resample is never copied out: the statistic is given how often each row was drawn. Resamples on which it is NaN (an
 * AUC without one of the classes) are left out of the percentiles.
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
  const { level = 0.95 } = options;
  if (!(level > 0 && level < 1)) throw ArgumentError.of('level', level, 'a number between 0 and 1, such as 0.95');
  const defined = bootstrapDistribution(rows, statistic, options)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (defined.length === 0) {
    throw new UndefinedStatisticError(
      'bootstrapInterval',
      'the statistic has no value on any resample',
      'check that it is defined on the rows as they are, or resample within strata',
    );
  }
  const tail = (1 - level) / 2;
  return [quantileOfSorted(defined, tail), quantileOfSorted(defined, 1 - tail)];
}

/** The statistic on each resample, in the order drawn. Options and errors as {@link bootstrapInterval}. */
export function bootstrapDistribution(
  rows: number,
  statistic: WeightedStatistic,
  options: BootstrapOptions = {},
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
