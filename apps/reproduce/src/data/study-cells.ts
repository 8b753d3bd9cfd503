import { readFile } from 'node:fs/promises';
import { DataError } from '../errors.js';
import type { MadeBy } from '../run/define.js';
import type split from '../stages/split.js';

/** The cells of the comparison, in the order of the counts file. */
export interface Split {
  classes: string[];
  /** Row of each cell in the counts file. */
  rows: number[];
  cellIds: string[];
  /** Index of each cell's class in `classes`. */
  labels: number[];
  /** The group that the folds keep together (a donor, a plate), or the empty string. */
  groups: string[];
  /** The fold in which each cell is tested. */
  folds: number[];
  nFolds: number;
}

/** Returns the positions in the split (not rows of the file) of the training and the test cells of a fold. */
export function partition(split: Split, fold: number): { train: Int32Array; test: Int32Array } {
  const train: number[] = [];
  const test: number[] = [];
  split.folds.forEach((own, position) => (own === fold ? test : train).push(position));
  return { train: Int32Array.from(train), test: Int32Array.from(test) };
}

/**
 * Returns the index of each cell of the split in another list of cells, such as the tokenized ones.
 * @throws DataError when the list lacks a cell of the split
 */
export function locate(split: Pick<Split, 'cellIds'>, cellIds: readonly string[], file: string): Int32Array {
  const at = new Map(cellIds.map((id, index) => [id, index]));
  return Int32Array.from(split.cellIds, (id) => {
    const index = at.get(id);
    if (index !== undefined) return index;
    throw new DataError(file, 'cell_id', `cell "${id}" has a label but no tokens; remove it or give it a known gene`);
  });
}

export async function readSplit(made: MadeBy<typeof split>): Promise<Split> {
  return JSON.parse(await readFile(made.file('split'), 'utf8')) as Split;
}
