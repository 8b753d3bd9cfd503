import { ArgumentError } from '@geneformer-ts/core';
import { EmptyClassError, LabelRangeError, LengthMismatchError, TooFewRowsError } from './errors.js';

/** Weight of each row, such as its number of draws in a bootstrap resample. Default: 1 per row. */
export type RowWeights = Int32Array | Float64Array;

export function checkLength(field: string, actual: number, expected: number): void {
  if (actual !== expected) throw new LengthMismatchError(field, actual, expected);
}

export function checkLabels(field: string, labels: Int32Array, classes: number): void {
  if (!Number.isInteger(classes) || classes < 1)
    throw ArgumentError.of('classes', classes, 'a whole number of at least 1');
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row];
    if (label < 0 || label >= classes) throw new LabelRangeError(field, row, label, classes);
  }
}

export function checkSplits(nSplits: number): void {
  if (!Number.isInteger(nSplits) || nSplits < 2)
    throw ArgumentError.of('nSplits', nSplits, 'a whole number of at least 2');
}

/**
 * Returns the number of rows per class. @throws EmptyClassError or TooFewRowsError when a class from 0 to the highest
 * label has fewer than `nSplits` rows
 */
export function countClasses(labels: Int32Array, nSplits: number, classNames?: readonly string[]): Int32Array {
  let highest = -1;
  for (const label of labels) if (label > highest) highest = label;
  const classes = classNames?.length ?? highest + 1;
  if (labels.length === 0) throw ArgumentError.of('labels', [], 'at least one row');
  checkLabels('labels', labels, classes);
  const counts = new Int32Array(classes);
  for (const label of labels) counts[label]++;
  for (let label = 0; label < classes; label++) {
    const name = classNames ? `class "${classNames[label]}" (label ${label})` : `class ${label}`;
    if (counts[label] === 0) throw new EmptyClassError(label, name);
    if (counts[label] < nSplits) throw new TooFewRowsError(label, name, counts[label], nSplits);
  }
  return counts;
}
