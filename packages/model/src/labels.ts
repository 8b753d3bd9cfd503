import { LabelError } from './errors.js';

/** Class names and a code for each row: `names[codes[i]]`; −1 where there is no label. */
export interface EncodedLabels {
  /** Sorted by code unit, unique: the same set of names always gives the same ids. */
  names: string[];
  codes: Int32Array;
}

/** Turns class names into the ids a classifier is trained on. `null` is no label. */
export function encodeLabels(values: readonly (string | null)[]): EncodedLabels {
  const names = [...new Set(values.filter((value) => value !== null))].sort();
  const ids = new Map(names.map((name, id) => [name, id]));
  return { names, codes: Int32Array.from(values, (value) => (value === null ? -1 : (ids.get(value) as number))) };
}

/**
 * @throws LabelError unless there is one label a cell, each an id of a class, and every class has a cell
 * @returns cells of each class
 */
export function checkLabels(labels: Int32Array, cells: number, names: readonly string[]): Int32Array {
  const counts = classCounts(labels, cells, names);
  const empty = counts.indexOf(0);
  if (empty >= 0)
    throw new LabelError(`class "${names[empty]}" has no cell to learn from; drop the class or add cells`);
  return counts;
}

/**
 * Cells of each class, which may be none.
 *
 * @throws LabelError unless there is one label a cell, each an id of a class
 */
export function classCounts(labels: Int32Array, cells: number, names: readonly string[]): Int32Array {
  if (labels.length !== cells) {
    throw new LabelError(`there are ${labels.length} labels for ${cells} cells; give one a cell`);
  }
  const counts = new Int32Array(names.length);
  labels.forEach((label, cell) => {
    if (!(label in counts)) {
      throw new LabelError(`cell ${cell} has label ${label}; labels run from 0 to ${names.length - 1}`);
    }
    counts[label]++;
  });
  return counts;
}
