import { readFile } from 'node:fs/promises';
import type { StageInputs } from '../run/stage.js';

/** The genes and cells that take part in a gene experiment, and in which fold each is tested. */
export interface GeneSplit {
  classes: string[];
  /** Ids of the study's genes, ascending by token. */
  ids: string[];
  tokens: number[];
  /** Index into `classes`. */
  labels: number[];
  /** Names of what keeps genes in one fold; null when every gene stands by itself. */
  groups: string[] | null;
  /** The one fold in which the gene is tested. */
  folds: number[];
  nFolds: number;
  /** Genes of no class, for methods that learn from unlabelled genes too. */
  unlabelled: { ids: string[]; tokens: number[] };
  cells: {
    /** Row among the tokenised cells, ascending. */
    rows: number[];
    ids: string[];
    /** The fold from whose training the cell is kept, or null when all folds share all cells. */
    folds: number[] | null;
  };
  /** Genes of each class in the list of labels, whether seen in enough cells or not. */
  listed: Record<string, number>;
}

/** What keeps the gene at a position in one fold with others: itself, where nothing does. */
export function groupName({ groups, ids }: Pick<GeneSplit, 'groups' | 'ids'>, gene: number): string {
  return (groups ?? ids)[gene];
}

/** Positions of the study's genes inside and outside a fold. */
export function partitionGenes(split: Pick<GeneSplit, 'folds'>, fold: number): { train: number[]; test: number[] } {
  const train: number[] = [];
  const test: number[] = [];
  split.folds.forEach((own, position) => (own === fold ? test : train).push(position));
  return { train, test };
}

/** Positions of the cells that a fold trains on and predicts in: all of them twice, or disjoint ones. */
export function partitionCells({ cells }: Pick<GeneSplit, 'cells'>, fold: number): { train: number[]; test: number[] } {
  const all = cells.rows.map((_, position) => position);
  const { folds } = cells;
  if (!folds) return { train: all, test: all };
  return { train: all.filter((cell) => folds[cell] !== fold), test: all.filter((cell) => folds[cell] === fold) };
}

export async function readGeneSplit(inputs: StageInputs): Promise<GeneSplit> {
  return JSON.parse(await readFile(inputs.file('gene-split', 'split'), 'utf8')) as GeneSplit;
}
