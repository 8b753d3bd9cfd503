import { DataError } from '../errors.js';

/** The cells that take part in the comparison, in the order of the counts file. */
export interface Split {
  classes: string[];
  /** Row of the counts file. */
  rows: number[];
  cellIds: string[];
  /** Index into `classes`. */
  labels: number[];
  /** What the folds keep together (a donor, a plate), or the empty string. */
  groups: string[];
  /** The one fold in which the cell is tested. */
  folds: number[];
  nFolds: number;
}

/** Positions (not rows of the file) of the cells inside and outside a fold. */
export function partition(split: Split, fold: number): { train: Int32Array; test: Int32Array } {
  const train: number[] = [];
  const test: number[] = [];
  split.folds.forEach((own, position) => (own === fold ? test : train).push(position));
  return { train: Int32Array.from(train), test: Int32Array.from(test) };
}

/** Where each cell of the split stands in another list of cells, such as the tokenised ones. */
export function locate(split: Pick<Split, 'cellIds'>, cellIds: readonly string[], file: string): Int32Array {
  const at = new Map(cellIds.map((id, index) => [id, index]));
  return Int32Array.from(split.cellIds, (id) => {
    const index = at.get(id);
    if (index !== undefined) return index;
    throw new DataError(file, 'cell_id', `cell "${id}" has a label but no tokens; remove it or give it a known gene`);
  });
}
