import { checkOptions, type OptionNames, seededRandom, shuffle } from '@geneformer-ts/core';
import { checkSplits, countClasses } from './checks.js';

/** Options of {@link stratifiedKFold}. */
export interface StratifiedKFoldOptions {
  /** Number of folds, at least 2. */
  nSplits: number;
  /** Seed for the order of the rows within each class. Default 0. */
  seed?: number;
  /**
   * One name per class, for error messages. Also sets the number of classes, so that a missing last class is detected.
   */
  classNames?: readonly string[];
}

export const known: OptionNames<StratifiedKFoldOptions> = { nSplits: true, seed: true, classNames: true };

/**
 * Assigns rows to folds with the same class proportions.
 *
 * Every row is tested exactly once. As in scikit-learn's `StratifiedKFold`, the rows per class differ by at most one
 * between folds, and so do the fold sizes.
 *
 * @param labels class of each row, whole numbers from 0 without gaps
 * @returns test fold of each row
 * @throws EmptyClassError, TooFewRowsError, LabelRangeError, ArgumentError
 */
export function stratifiedKFold(labels: Int32Array, options: StratifiedKFoldOptions): Int32Array {
  checkOptions('stratifiedKFold', options, known);
  return dealRows(labels, options);
}

/** {@link stratifiedKFold} with options that are checked. */
export function dealRows(labels: Int32Array, { nSplits, seed = 0, classNames }: StratifiedKFoldOptions): Int32Array {
  checkSplits(nSplits);
  const counts = countClasses(labels, nSplits, classNames);
  const random = seededRandom(seed);

  const rowsOf = Array.from(counts, (count) => new Int32Array(count));
  const filled = new Int32Array(counts.length);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    rowsOf[label][filled[label]++] = row;
  }

  // Each class continues at the fold after the last one, which keeps the fold sizes balanced too.
  const foldOf = new Int32Array(labels.length);
  let dealt = 0;
  for (const rows of rowsOf) {
    shuffle(rows, random);
    for (const row of rows) foldOf[row] = dealt++ % nSplits;
  }
  return foldOf;
}
