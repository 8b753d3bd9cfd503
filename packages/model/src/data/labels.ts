import { ArgumentError } from '@geneformer-ts/core';
import { LabelError } from '../errors.js';
import { type AnyCells, isStore } from './cells.js';
import type { ReadableCells } from './readable-cells.js';

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

/**
 * Classes of tokens. A map gives the class of a gene, by token id, wherever it occurs; an array gives one class for each token of
 * `cells.inputIds`. What is absent from the map, or negative (−100, say), has no label.
 */
export type TokenLabels = ReadonlyMap<number, number> | Int32Array;

/** Class of the token at a position of a cell, −1 for none. */
export type LabelAt = (cell: number, position: number, id: number) => number;

/** @throws LabelError when an array has not one label a token, or a label is no class */
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
      throw new LabelError(`there are ${labels.length} labels for ${inputIds.length} tokens; give one a token`);
    }
    return (cell, position) => checked(labels[offsets[cell] + position], `token ${offsets[cell] + position}`);
  }
  const byToken = new Int32Array(vocabularySize).fill(-1);
  for (const [id, label] of labels) {
    if (!(id in byToken)) throw new LabelError(`token ${id} is not in the vocabulary of ${vocabularySize}`);
    byToken[id] = checked(label, `token ${id}`);
  }
  return (_cell, _position, id) => byToken[id];
}

/** Labelled tokens, counted over the part of each cell that is read. */
export interface LabelCounts {
  /** Labelled tokens of each cell. */
  perCell: Int32Array;
  /** Labelled tokens of each class. */
  perClass: Int32Array;
  /** Labelled occurrences of each token id. */
  perToken: Int32Array;
}

/** @throws LabelError when a class has no occurrence to learn from */
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
      `class "${names[empty]}" has no token in these cells to learn from; label more genes or give cells that express them`,
    );
  }
  return { perCell, perClass, perToken };
}

/**
 * Weight of each token id in the loss. `occurrence`: all 1, as published, so that genes found in many cells count for more. `gene`: a
 * gene counts the same however often it occurs; weights average 1 over occurrences.

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
 * Weight of each class in the loss. `balanced`: cells / (classes × cells of the class), as scikit-learn has it.
 *
 * @param counts cells (or tokens) of each class
 * @throws ArgumentError unless a given list has one positive weight a class
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
  if (given.length !== names.length || !given.every((weight) => weight > 0)) {
    throw ArgumentError.of('classWeights', given, `${names.length} weights above 0, in the order of the labels`);
  }
  return Float32Array.from(given);
}

/** @throws LabelError unless there is one value per cell and label, and at least one is known */
export function checkTargets(targets: Float32Array, cells: number, labels: readonly string[]): void {
  if (targets.length !== cells * labels.length) {
    throw new LabelError(
      `there are ${targets.length} values for ${cells} cells × ${labels.length}; give one a cell and label`,
    );
  }
  if (targets.every(Number.isNaN)) throw new LabelError('no value is known (all are NaN); there is nothing to learn');
}
