import { ArgumentError } from '@geneformer-ts/core';
import { normalTwoSided } from './distributions.js';
import { UndefinedStatisticError } from './errors.js';

/** Result of a signed-rank test. */
export interface WilcoxonTest {
  /** The smaller one of the rank sums of positive and negative differences. */
  statistic: number;
  /** Two-sided. */
  pValue: number;
  /**
   * `'exact'` up to 50 differences, or 13 with ties or zeros; else the `'normal'` approximation with tie correction.
   */
  method: 'exact' | 'normal';
}

const EXACT_UP_TO = 50;
/** With few tied differences the normal approximation is inaccurate: five can give half the true p. */
const EXACT_WITH_TIES_UP_TO = 13;

/**
 * Runs Wilcoxon's signed-rank test of whether paired differences are symmetric about 0, as scipy 1.13's `wilcoxon` with
 * its defaults. Differences of 0 are excluded.
 *
 * @param differences score of the first model minus the second, one per data set, donor or gene
 * @throws ArgumentError for a NaN, UndefinedStatisticError when every difference is 0
 */
export function wilcoxonTest(differences: ArrayLike<number>): WilcoxonTest {
  const all = Float64Array.from(differences);
  if (all.some(Number.isNaN)) throw ArgumentError.of('differences', NaN, 'numbers only');
  const moved = all.filter((value) => value !== 0).sort((a, b) => Math.abs(a) - Math.abs(b));
  const count = moved.length;
  if (count === 0) {
    throw new UndefinedStatisticError(
      'wilcoxonTest',
      'every difference is 0',
      'give at least one difference that is not 0',
    );
  }

  // Twice each midrank, so that ranks are whole numbers.
  const ranks = new Int32Array(count);
  let positive = 0;
  let tieTerm = 0;
  for (let start = 0; start < count;) {
    let end = start + 1;
    while (end < count && Math.abs(moved[end]) === Math.abs(moved[start])) end++;
    ranks.fill(start + 1 + end, start, end);
    for (let i = start; i < end; i++) if (moved[i] > 0) positive += ranks[i] / 2;
    tieTerm += (end - start) ** 3 - (end - start);
    start = end;
  }
  const statistic = Math.min(positive, (count * (count + 1)) / 2 - positive);
  const isPlain = tieTerm === 0 && count === all.length;
  if (all.length <= (isPlain ? EXACT_UP_TO : EXACT_WITH_TIES_UP_TO)) {
    return { statistic, pValue: Math.min(1, 2 * exactLower(2 * statistic, ranks)), method: 'exact' };
  }
  const expected = (count * (count + 1)) / 4;
  const variance = (count * (count + 1) * (2 * count + 1)) / 24 - tieTerm / 48;
  return { statistic, pValue: normalTwoSided((statistic - expected) / Math.sqrt(variance)), method: 'normal' };
}

/** Returns the probability that a random subset of the ranks sums to at most `sum`. */
function exactLower(sum: number, ranks: Int32Array): number {
  const ways = new Float64Array(sum + 1);
  ways[0] = 1;
  for (const rank of ranks) {
    for (let total = sum; total >= rank; total--) ways[total] += ways[total - rank];
  }
  return ways.reduce((a, b) => a + b, 0) / 2 ** ranks.length;
}
