import { normalTwoSided } from './distributions.js';
import { OptionError, UndefinedStatisticError } from './errors.js';

/** A signed-rank statistic and what it says. */
export interface WilcoxonTest {
  /** The smaller of the sums of ranks of positive and of negative differences. */
  statistic: number;
  /** Two-sided. */
  pValue: number;
  /** `'exact'` up to 50 differences without ties, else the `'normal'` approximation with its correction for ties. */
  method: 'exact' | 'normal';
}

const EXACT_UP_TO = 50;

/**
 * Wilcoxon's signed-rank test of whether paired differences lie about 0; scipy's `wilcoxon` with its defaults. Differences of 0 are
 * left out.
 *
 * @param differences score of the first model minus the second, one a data set, donor or gene
 * @throws OptionError for a NaN, UndefinedStatisticError when every difference is 0
 */
export function wilcoxonTest(differences: ArrayLike<number>): WilcoxonTest {
  const all = Float64Array.from(differences);
  if (all.some(Number.isNaN)) throw new OptionError('differences', NaN, 'numbers only');
  const moved = all.filter((value) => value !== 0).sort((a, b) => Math.abs(a) - Math.abs(b));
  const count = moved.length;
  if (count === 0) {
    throw new UndefinedStatisticError('wilcoxonTest', 'every difference is 0', 'the two samples are the same');
  }

  let positive = 0;
  let tieTerm = 0;
  for (let start = 0; start < count;) {
    let end = start + 1;
    while (end < count && Math.abs(moved[end]!) === Math.abs(moved[start]!)) end++;
    const midrank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) if (moved[i]! > 0) positive += midrank;
    tieTerm += (end - start) ** 3 - (end - start);
    start = end;
  }
  const statistic = Math.min(positive, (count * (count + 1)) / 2 - positive);
  if (tieTerm === 0 && count === all.length && count <= EXACT_UP_TO) {
    return { statistic, pValue: Math.min(1, 2 * exactLower(statistic, count)), method: 'exact' };
  }
  const expected = (count * (count + 1)) / 4;
  const variance = (count * (count + 1) * (2 * count + 1)) / 24 - tieTerm / 48;
  return { statistic, pValue: normalTwoSided((statistic - expected) / Math.sqrt(variance)), method: 'normal' };
}

/** Chance that ranks 1 … count, each taken or not by a fair coin, sum to at most `sum`. */
function exactLower(sum: number, count: number): number {
  const ways = new Float64Array(Math.floor(sum) + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= count; rank++) {
    for (let total = ways.length - 1; total >= rank; total--) ways[total]! += ways[total - rank]!;
  }
  return ways.reduce((a, b) => a + b, 0) / 2 ** count;
}
