import { ArgumentError } from '@geneformer-ts/core';
import { LabelError } from '../errors.js';
import { checkArray } from './arrays.js';
import { type AnyCells, isStore } from './cells.js';
import type { ReadableCells } from './readable-cells.js';

/** Class names, and the class of each row. */
export interface EncodedLabels {
  /** Unique names, sorted by code unit: the same set of names always has the same ids. */
  names: string[];
  /** Index into `names` per row; −1 if it has no label. */
  codes: Int32Array;
}

/**
 * Returns the class ids that a classifier is trained on. `null` means that a row has no label.
 *
 * ```ts
 * encodeLabels(['T', 'B', null, 'T']); // { names: ['B', 'T'], codes: Int32Array [1, 0, -1, 1] }
 * ```
 *
 * @throws ArgumentError if a value is neither a string nor null
 */
export function encodeLabels(values: readonly (string | null)[]): EncodedLabels {
  const wrong = values.findIndex((value) => typeof value !== 'string' && value !== null);
  if (wrong >= 0) throw ArgumentError.of(`values[${wrong}]`, values[wrong], 'a string, or null for no label');
  const names = [...new Set(values.filter((value) => value !== null))].sort();
  const ids = new Map(names.map((name, id) => [name, id]));
  return { names, codes: Int32Array.from(values, (value) => (value === null ? -1 : (ids.get(value) as number))) };
}

/**
 * Checks labels for training and returns the number of cells per class.
 *
 * @throws LabelError unless every cell has a label, every label is a class id, and every class has a cell
 */
export function checkLabels(labels: Int32Array, cells: number, names: readonly string[]): Int32Array {
  const counts = classCounts(labels, cells, names);
  const empty = counts.indexOf(0);
  if (empty >= 0) throw new LabelError(`class "${names[empty]}" has no training cells; remove the class or add cells`);
  return counts;
}

/**
 * Returns the number of cells per class; classes may be empty.
 *
 * @throws ArgumentError unless the labels are an Int32Array
 * @throws LabelError unless every cell has a label and every label is a class id
 */
export function classCounts(labels: Int32Array, cells: number, names: readonly string[]): Int32Array {
  checkArray('labels', labels, 'Int32Array', 'encode names with encodeLabels, or use Int32Array.from');
  if (labels.length !== cells) {
    throw new LabelError(`there are ${labels.length} labels for ${cells} cells; give one label per cell`);
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

/**
 * Classes of tokens. A map contains the class of a gene by token id, for all its occurrences. An array contains one class per token
 * of `cells.inputIds`. Genes absent from the map and negative classes (such as −100) mean no label.
 */
export type TokenLabels = ReadonlyMap<number, number> | Int32Array;

/** Returns the class of the token at a position of a cell, −1 if it has no label. */
export type LabelAt = (cell: number, position: number, id: number) => number;

/** Returns a function that looks up labels. @throws LabelError if an array has another length than the tokens, or a label is not a class */
export function labelReader(
  labels: TokenLabels,
  cells: AnyCells,
  vocabularySize: number,
  names: readonly string[],
): LabelAt {
  const checked = (label: number, where: string): number => {
    if (label < 0) return -1;
    if (Number.isInteger(label) && label < names.length) return label;
    throw new LabelError(`${where} has label ${label}; labels run from 0 to ${names.length - 1}`);
  };
  if (labels instanceof Int32Array) {
    if (isStore(cells)) {
      throw new LabelError('labels by occurrence need cells in memory; give a map from token ids to classes');
    }
    const { inputIds, offsets } = cells;
    if (labels.length !== inputIds.length) {
      throw new LabelError(`there are ${labels.length} labels for ${inputIds.length} tokens; give one label per token`);
    }
    return (cell, position) => checked(labels[offsets[cell] + position], `token ${offsets[cell] + position}`);
  }
  const byToken = new Int32Array(vocabularySize).fill(-1);
  for (const [id, label] of labels) {
    if (!(id in byToken))
      throw new LabelError(`token ${id} of the labels is not in the vocabulary; ids are 0 … ${vocabularySize - 1}`);
    byToken[id] = checked(label, `token ${id}`);
  }
  return (_cell, _position, id) => byToken[id];
}

/** Numbers of labeled tokens, after truncation of the cells. */
export interface LabelCounts {
  /** Labeled tokens per cell. */
  perCell: Int32Array;
  /** Labeled tokens per class. */
  perClass: Int32Array;
  /** Labeled occurrences per token id. */
  perToken: Int32Array;
}

/** Counts labeled tokens. @throws LabelError if a class has none */
export function countLabels(
  cells: ReadableCells,
  labelAt: LabelAt,
  vocabularySize: number,
  names: readonly string[],
): LabelCounts {
  const perCell = new Int32Array(cells.lengths.length);
  const perClass = new Int32Array(names.length);
  const perToken = new Int32Array(vocabularySize);
  const ids = new Int32Array(cells.lengths.reduce((most, length) => Math.max(most, length), 0));
  for (let cell = 0; cell < cells.lengths.length; cell++) {
    cells.copy(cell, ids, 0);
    for (let position = 0; position < cells.lengths[cell]; position++) {
      const label = labelAt(cell, position, ids[position]);
      if (label < 0) continue;
      perCell[cell]++;
      perClass[label]++;
      perToken[ids[position]]++;
    }
  }
  const empty = perClass.indexOf(0);
  if (empty >= 0) {
    throw new LabelError(
      `class "${names[empty]}" has no labeled token in these cells; label more genes or give cells that express them`,
    );
  }
  return { perCell, perClass, perToken };
}

/**
 * Returns the weight of each token id in the loss. `occurrence`: 1 for all, as published; genes in many cells then count more.
 * `gene`: all genes have the same total weight, and the mean weight over occurrences is 1.
 */
export function tokenWeights(weighting: 'occurrence' | 'gene', perToken: Int32Array): Float32Array {
  if (weighting === 'occurrence') return new Float32Array(perToken.length).fill(1);
  let genes = 0;
  let occurrences = 0;
  for (const count of perToken) {
    if (count > 0) genes++;
    occurrences += count;
  }
  return Float32Array.from(perToken, (count) => (count > 0 ? occurrences / (genes * count) : 0));
}

/**
 * Returns the weight of each class in the loss. `balanced`: cells / (classes × cells of the class), as in scikit-learn.
 *
 * @param counts number of cells (or tokens) per class
 * @throws ArgumentError unless a list has one positive weight per class
 */
export function classWeights(
  given: readonly number[] | 'balanced' | null,
  counts: Int32Array,
  names: readonly string[],
): Float32Array {
  if (given === null) return new Float32Array(names.length).fill(1);
  if (given === 'balanced') {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return Float32Array.from(counts, (count) => total / (names.length * count));
  }
  // Infinity would make the loss NaN.
  const valid = Array.isArray(given) && given.every((weight) => Number.isFinite(weight) && weight > 0);
  if (!valid || given.length !== names.length) {
    throw ArgumentError.of('classWeights', given, `${names.length} weights above 0, in the order of the labels`);
  }
  return Float32Array.from(given);
}

/** Checks the targets of a regression. @throws LabelError unless there is one value per cell and label, and not all are NaN */
export function checkTargets(targets: Float32Array, cells: number, labels: readonly string[]): void {
  checkArray('targets', targets, 'Float32Array');
  if (targets.length !== cells * labels.length) {
    throw new LabelError(
      `there are ${targets.length} values for ${cells} cells × ${labels.length} labels; give one value per cell and label`,
    );
  }
  if (targets.every(Number.isNaN)) throw new LabelError('all target values are NaN; give at least one known value');
}
