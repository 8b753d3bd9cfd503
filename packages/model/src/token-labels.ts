import { LabelError } from './errors.js';
import type { AnyCells, ReadableCells } from './cells.js';
import { isStore } from './cells.js';

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
