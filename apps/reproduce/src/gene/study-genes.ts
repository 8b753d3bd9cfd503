import { readFile } from 'node:fs/promises';
import { LeakError } from '../errors.js';
import type { MadeBy } from '../run/define.js';
import type geneSplit from '../stages/gene-split.js';

/** The genes and cells of a gene experiment, and the fold in which each is tested. */
export interface GeneSplit {
  classes: string[];
  /** Ids of the study's genes, ascending by token. */
  ids: string[];
  tokens: number[];
  /** Index of each gene's class in `classes`. */
  labels: number[];
  /** Names of the groups that are kept in one fold; null without groups. */
  groups: string[] | null;
  /** The fold in which each gene is tested. */
  folds: number[];
  nFolds: number;
  /** Genes without a class, for semi-supervised methods. */
  unlabeled: { ids: string[]; tokens: number[] };
  cells: {
    /** Rows of the tokenized dataset, ascending. */
    rows: number[];
    ids: string[];
    /** The fold that holds out each cell, or null when all folds share all cells. */
    folds: number[] | null;
  };
  /** Number of listed genes per class, including those detected in too few cells. */
  listed: Record<string, number>;
}

/** Returns the group of the gene at a position, or its own id without groups. */
export function groupName({ groups, ids }: Pick<GeneSplit, 'groups' | 'ids'>, gene: number): string {
  return (groups ?? ids)[gene];
}

/** Returns the positions of the training and the test genes of a fold. */
export function partitionGenes(split: Pick<GeneSplit, 'folds'>, fold: number): { train: number[]; test: number[] } {
  const train: number[] = [];
  const test: number[] = [];
  split.folds.forEach((own, position) => (own === fold ? test : train).push(position));
  return { train, test };
}

/** Returns the positions of the training and the test cells of a fold: all cells in both if they are shared, else disjoint sets. */
export function partitionCells({ cells }: Pick<GeneSplit, 'cells'>, fold: number): { train: number[]; test: number[] } {
  const all = cells.rows.map((_, position) => position);
  const { folds } = cells;
  if (!folds) return { train: all, test: all };
  return { train: all.filter((cell) => folds[cell] !== fold), test: all.filter((cell) => folds[cell] === fold) };
}

export async function readGeneSplit(made: MadeBy<typeof geneSplit>): Promise<GeneSplit> {
  return JSON.parse(await readFile(made.file('split'), 'utf8')) as GeneSplit;
}

/**
 * Stops a fold whose training data contain something that the fold tests.
 * @param kind the kind of the names, for the message
 * @throws LeakError with the names that are in both
 */
export function assertUnseen(learned: Iterable<string>, tested: Iterable<string>, where: string, kind = 'genes'): void {
  const held = new Set(tested);
  const leaked = [...new Set(learned)].filter((id) => held.has(id));
  if (leaked.length) throw new LeakError(where, leaked, kind);
}
