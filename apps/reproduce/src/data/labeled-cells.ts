import { createHash } from 'node:crypto';
import { groupKFold, stratifiedGroupKFold } from '@geneformer-ts/eval';
import { columnAsStrings, type DataFrame } from '@geneformer-ts/io';
import { DataError } from '../errors.js';
import type { Split } from './study-cells.js';

/** The cells of the classes to compare, in the order of the file. */
export type LabeledCells = Pick<Split, 'classes' | 'rows' | 'cellIds' | 'labels'>;

/**
 * Selects the cells of the classes to compare.
 * @param params the obs column with the class, and the classes to compare; by default every value of the column
 * @throws DataError when the column does not exist, or a class has no cell
 */
export function labeledCells(
  obs: DataFrame,
  params: { label: string; classes?: string[] | undefined },
  dataset: string,
): LabeledCells {
  // An empty string is a missing label.
  const values = obsColumn(obs, params.label, dataset).map((value) => value || null);
  const present = [...new Set(values.filter((value) => value !== null))];
  const classes = [...(params.classes ?? present)].sort();
  const rows = values.flatMap((value, row) => (value !== null && classes.includes(value) ? [row] : []));
  const labels = rows.map((row) => classes.indexOf(values[row] ?? ''));
  for (const [index, name] of classes.entries()) {
    if (labels.includes(index)) continue;
    const seen = [...new Set(values)].slice(0, 8).join(', ');
    throw new DataError(
      dataset,
      params.label,
      `no cell has the class "${name}"; choose among the values of the column: ${seen}`,
    );
  }
  return { classes, rows, cellIds: rows.map((row) => obs.index[row] ?? ''), labels };
}

/**
 * Returns a column of obs as strings.
 * @throws DataError when the column does not exist; the message lists the existing columns
 */
export function obsColumn(obs: DataFrame, name: string, dataset: string): (string | null)[] {
  const found = obs.columns.get(name);
  if (found) return columnAsStrings(found);
  const there = [...obs.columns.keys()].join(', ');
  throw new DataError(dataset, `obs/${name}`, `column not found in every file; choose one of: ${there || 'none'}`);
}

/**
 * Returns the fold in which each cell is tested, keeping whole groups (donors, plates) in one fold.
 * @throws DataError when there are more folds than groups
 */
export function foldsOfGroups(
  labels: Int32Array,
  groups: readonly string[],
  { folds: nSplits, seed, column }: { folds: number; seed: number; column: string },
  dataset: string,
): Int32Array {
  const names = [...new Set(groups)].sort();
  if (names.length < nSplits) {
    const remedy = `set protocol.folds to ${names.length} or fewer`;
    throw new DataError(dataset, column, `${nSplits} folds but only ${names.length} groups; ${remedy}`);
  }
  const codes = Int32Array.from(groups, (group) => names.indexOf(group));
  // With as many groups as folds there is nothing to balance: each group is tested in turn.
  return names.length === nSplits
    ? groupKFold(codes, { nSplits })
    : stratifiedGroupKFold(labels, codes, { nSplits, seed });
}

/**
 * Returns a stratified subset of the training cells, as if only these had been labeled: at least one cell per class. A smaller subset is
 * contained in a larger one, and the order of the cells does not matter.
 *
 * @param train positions in the split
 * @param percent the percentage of the training cells to keep, up to 100
 */
export function labelBudget(
  split: Pick<Split, 'labels' | 'cellIds'>,
  train: Int32Array,
  percent: number,
  seed: number,
): Int32Array {
  if (percent >= 100) return train;
  const byClass = new Map<number, { position: number; rank: string }[]>();
  for (const position of train) {
    const label = split.labels[position];
    const rank = createHash('sha256').update(`${seed}/${split.cellIds[position]}`).digest('hex');
    const members = byClass.get(label) ?? [];
    members.push({ position, rank });
    byClass.set(label, members);
  }
  const chosen = [...byClass.values()].flatMap((members) => {
    const count = Math.max(1, Math.round((members.length * percent) / 100));
    return members
      .sort((a, b) => (a.rank < b.rank ? -1 : 1))
      .slice(0, count)
      .map(({ position }) => position);
  });
  return Int32Array.from(chosen).sort();
}
