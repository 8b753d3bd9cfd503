import { checkLength } from './checks.js';
import { chiSquaredUpper, fairCoinsLower } from './distributions.js';

/** Result of McNemar's test: rows that only one of two classifiers predicted correctly. */
export interface McNemarTest {
  onlyFirst: number;
  onlySecond: number;
  /** Two-sided. */
  pValue: number;
  /** `'exact'` binomial up to 25 such rows, else `'chi-squared'` with Edwards' correction. */
  method: 'exact' | 'chi-squared';
}

const EXACT_UP_TO = 25;

/**
 * Runs McNemar's test of whether two classifiers have the same accuracy on the same rows. Only rows where exactly one
 * is correct are informative. Rows must be independent.
 *
 * @throws LengthMismatchError
 */
export function mcNemarTest(truth: Int32Array, first: Int32Array, second: Int32Array): McNemarTest {
  checkLength('first', first.length, truth.length);
  checkLength('second', second.length, truth.length);
  let onlyFirst = 0;
  let onlySecond = 0;
  for (let row = 0; row < truth.length; row++) {
    const one = first[row] === truth[row];
    const other = second[row] === truth[row];
    if (one && !other) onlyFirst++;
    if (other && !one) onlySecond++;
  }
  const apart = onlyFirst + onlySecond;
  if (apart <= EXACT_UP_TO) {
    const pValue = Math.min(1, 2 * fairCoinsLower(Math.min(onlyFirst, onlySecond), apart));
    return { onlyFirst, onlySecond, pValue, method: 'exact' };
  }
  const distance = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1);
  return { onlyFirst, onlySecond, pValue: chiSquaredUpper(distance ** 2 / apart, 1), method: 'chi-squared' };
}
