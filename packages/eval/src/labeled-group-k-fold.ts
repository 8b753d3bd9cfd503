import { ArgumentError, checkOptions } from '@geneformer-ts/core';
import { checkLength } from './checks.js';
import { dealRows, known, type StratifiedKFoldOptions } from './stratified-k-fold.js';

/**
 * Assigns whole groups with one label each to folds, balanced by the number of groups per label, not by rows. Use it
 * for genes with one row per occurrence in a cell. Every row is tested once.
 *
 * ```ts
 * const testFold = labeledGroupKFold(labelOfOccurrence, geneOfOccurrence, { nSplits: 5, seed: 0 });
 * ```
 *
 * @param labels label of each row
 * @param groups group of each row, whole numbers from 0
 * @returns test fold of each row
 * @throws ArgumentError when a group has two labels, TooFewRowsError when a label has fewer groups than folds,
 *   LengthMismatchError
 */
export function labeledGroupKFold(labels: Int32Array, groups: Int32Array, options: StratifiedKFoldOptions): Int32Array {
  checkOptions('labeledGroupKFold', options, known);
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
  const folds = dealRows(Int32Array.from(labelOf), options);
  return groups.map((group) => folds[position.get(group)!]);
}
