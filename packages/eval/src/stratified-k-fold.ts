import { seededRandom, shuffle } from '@geneformer-ts/core';
import { checkSplits, countClasses } from './checks.js';

/** Options of {@link stratifiedKFold}. */
export interface StratifiedKFoldOptions {
  /** Number of folds, at least 2. */
  nSplits: number;
  /** The same seed gives the same folds; rows are dealt out in a shuffled order within each class. Default 0. */
  seed?: number;
  /** One name a class, for error messages; also fixes the number of classes, so that a missing last class is noticed. */
  classNames?: readonly string[];
}

/**
 * Folds in which every class has its share of the rows.
 *
 * Returns the fold in which each row is tested, so every row is tested exactly once. Sizes follow scikit-learn's
 * `StratifiedKFold`: a class's rows differ by at most one between folds, and so do the folds' totals.
 *
 * @param labels class of each row, whole numbers from 0 without a gap
 * @throws EmptyClassError, TooFewRowsError, LabelRangeError, ArgumentError
 */
export function stratifiedKFold(labels: Int32Array, options: StratifiedKFoldOptions): Int32Array {
  const { nSplits, seed = 0, classNames } = options;
  checkSplits(nSplits);
  const counts = countClasses(labels, nSplits, classNames);
  const random = seededRandom(seed);

  const rowsOf = Array.from(counts, (count) => new Int32Array(count));
  const filled = new Int32Array(counts.length);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    rowsOf[label][filled[label]++] = row;
  }

  // Dealing the rows class after class without starting again at fold 0 is what keeps the totals level too.
  const foldOf = new Int32Array(labels.length);
  let dealt = 0;
  for (const rows of rowsOf) {
    shuffle(rows, random);
    for (const row of rows) foldOf[row] = dealt++ % nSplits;
  }
  return foldOf;
}
