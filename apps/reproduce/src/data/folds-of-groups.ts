import { groupKFold, stratifiedGroupKFold } from '@geneformer-ts/eval';
import { DataError } from '../errors.js';

/**
 * Returns the fold in which each cell is tested, keeping whole groups (donors, plates) in one fold.
 * @throws DataError when there are more folds than groups
 */
export function foldsOfGroups(
  labels: Int32Array,
  groups: readonly string[],
  { folds: nSplits, seed, column }: { folds: number; seed: number; column: string },
  dataset: string,
): Int32Array {
  const names = [...new Set(groups)].sort();
  if (names.length < nSplits) {
    const remedy = `set protocol.folds to ${names.length} or fewer`;
    throw new DataError(dataset, column, `${nSplits} folds but only ${names.length} groups; ${remedy}`);
  }
  const codes = Int32Array.from(groups, (group) => names.indexOf(group));
  // With as many groups as folds there is nothing to balance: each group is tested in turn.
  return names.length === nSplits
    ? groupKFold(codes, { nSplits })
    : stratifiedGroupKFold(labels, codes, { nSplits, seed });
}
