import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { checkSplits } from './checks.js';
import { TooFewGroupsError } from './errors.js';
import { indexGroups } from './groups.js';

/** Options of {@link groupKFold}. */
export interface GroupKFoldOptions {
  /** Number of folds, at least 2 and at most the number of groups. */
  nSplits: number;
}

const known: OptionNames<GroupKFoldOptions> = { nSplits: true };

/**
 * Assigns whole groups to folds (all cells of a donor, all occurrences of a gene).
 *
 * Assigns each group, largest first, to the fold with the fewest rows so far, as scikit-learn's `GroupKFold` does. Not
 * random.
 *
 * @param groups group id of each row; any whole numbers
 * @returns test fold of each row
 * @throws TooFewGroupsError, ArgumentError
 */
export function groupKFold(groups: Int32Array, options: GroupKFoldOptions): Int32Array {
  checkOptions('groupKFold', options, known);
  const { nSplits } = options;
  checkSplits(nSplits);
  const { count, groupOf, sizes } = indexGroups(groups);
  if (count < nSplits) throw new TooFewGroupsError(count, nSplits);

  const bySize = Array.from(sizes.keys()).sort((a, b) => sizes[b] - sizes[a] || a - b);
  const rowsInFold = new Int32Array(nSplits);
  const foldOfGroup = new Int32Array(count);
  for (const group of bySize) {
    const lightest = rowsInFold.indexOf(Math.min(...rowsInFold));
    foldOfGroup[group] = lightest;
    rowsInFold[lightest] += sizes[group];
  }
  return groupOf.map((group) => foldOfGroup[group]);
}
