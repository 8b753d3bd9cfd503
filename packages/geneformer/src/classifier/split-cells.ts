import { stratifiedGroupKFold, stratifiedKFold } from '@geneformer-ts/eval';
import { listSome } from '@geneformer-ts/core';
import { CellsUnfitError } from '../errors.js';

/** Cells with labels: one entry per labeled cell. */
export interface LabeledCells {
  /** Class of each cell, an index into `names`. */
  codes: Int32Array;
  /** Names of the classes, sorted. */
  names: readonly string[];
  /** Group of each cell, such as its donor: whole numbers from 0. */
  groups?: Int32Array;
}

/** Positions of the cells of each part. No cell, and no group of `test`, is in two parts. */
export interface CellSplit {
  /** Cells that the weights are fitted on. */
  train: Int32Array;
  /** Cells that decide when training stops, and that calibrate the scores. */
  validation: Int32Array;
  /** Cells that only measure the result. */
  test: Int32Array;
}

/** Of five parts one is held out, as in five-fold cross-validation. */
const FOLDS = 5;

/**
 * Holds out a fifth of the cells to test and a fifth of the rest to stop training. Parts have the same shares of classes.
 * With groups, whole groups are held out to test, and also to stop training if there are at least three left.
 *
 * @param path name of the file, for errors
 * @throws CellsUnfitError if there are fewer than two groups, or if a class is only in the groups that are held out
 */
export function splitCells(cells: LabeledCells, path: string, seed: number): CellSplit {
  const all = Int32Array.from(cells.codes.keys());
  const test = heldOutPart(cells, all, path, seed);
  const inTest = new Uint8Array(all.length);
  for (const cell of test) inTest[cell] = 1;
  const rest = all.filter((cell) => inTest[cell] === 0);
  const groups = cells.groups && rest.map((cell) => cells.groups![cell]);
  const part = {
    codes: rest.map((cell) => cells.codes[cell]),
    names: cells.names,
    ...(groups && new Set(groups).size > 2 && { groups }),
  };
  const validation = heldOutPart(part, rest, path, seed + 1);
  const inValidation = new Set(validation);
  return { train: rest.filter((cell) => !inValidation.has(cell)), validation, test };
}

/** Returns about a fifth of `cells`, with the shares of classes of all. */
function heldOutPart(
  { codes, names, groups }: LabeledCells,
  cells: Int32Array,
  path: string,
  seed: number,
): Int32Array {
  const options = { seed, classNames: names };
  if (!groups) {
    const fold = stratifiedKFold(codes, { ...options, nSplits: FOLDS });
    return cells.filter((_, at) => fold[at] === 0);
  }
  const count = new Set(groups).size;
  if (count < 2) {
    const problem = 'all labeled cells are of one group, so that none can be held out';
    throw new CellsUnfitError(path, 'groups', problem, 'choose another column, or leave out the groups');
  }
  const nSplits = Math.min(FOLDS, count);
  const fold = stratifiedGroupKFold(codes, groups, { ...options, nSplits });
  const missing = Array.from({ length: nSplits }, (_, held) => classesOnlyIn(held, fold, codes, names.length));
  const complete = missing.findIndex((classes) => classes.length === 0);
  if (complete >= 0) return cells.filter((_, at) => fold[at] === complete);
  const labels = [...new Set(missing.flat())].map((code) => names[code]);
  const [noun, verb] = labels.length === 1 ? ['label', 'is'] : ['labels', 'are'];
  const problem = `${noun} ${listSome(labels)} ${verb} in too few groups to be both in training and in held-out groups`;
  throw new CellsUnfitError(path, 'labels', problem, 'leave out those cells, or leave out the groups');
}

function classesOnlyIn(held: number, fold: Int32Array, codes: Int32Array, classes: number): number[] {
  const outside = new Uint8Array(classes);
  codes.forEach((code, cell) => {
    if (fold[cell] !== held) outside[code] = 1;
  });
  return [...outside.keys()].filter((code) => outside[code] === 0);
}
