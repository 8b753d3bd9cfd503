import { ArgumentError } from '@geneformer-ts/core';
import { checkLength } from './checks.js';
import { stratifiedKFold, type StratifiedKFoldOptions } from './stratified-k-fold.js';

/**
 * Folds of groups that each have one label, such as genes of which every occurrence in a cell is a row: whole groups are tested
 * together, and each fold has its share of the groups of each label, however many rows they have. Every row is tested once.
 *
 * ```ts
 * const testFold = labelledGroupKFold(labelOfOccurrence, geneOfOccurrence, { nSplits: 5, seed: 0 });
 * ```
 *
 * @param labels label of each row
 * @param groups group of each row, whole numbers from 0
 * @returns test fold of each row
 * @throws ArgumentError when a group has two labels, TooFewRowsError when a label has fewer groups than there are folds,
 *   LengthMismatchError
 */
export function labelledGroupKFold(
  labels: Int32Array,
  groups: Int32Array,
  options: StratifiedKFoldOptions,
): Int32Array {
  checkLength('groups', groups.length, labels.length);
  const position = new Map<number, number>();
  const labelOf: number[] = [];
  groups.forEach((group, row) => {
    const held = position.get(group);
    if (held === undefined) position.set(group, labelOf.push(labels[row]) - 1);
    else if (labelOf[held] !== labels[row]) {
      throw new ArgumentError(
        'groups',
        `group ${group} has labels ${labelOf[held]} and ${labels[row]}`,
        'give one label per group',
      );
    }
  });
  const folds = stratifiedKFold(Int32Array.from(labelOf), options);
  return groups.map((group) => folds[position.get(group)!]);
}
