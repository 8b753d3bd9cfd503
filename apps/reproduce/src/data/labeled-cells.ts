import { columnAsStrings, type Frame } from '@geneformer-ts/io';
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
  obs: Frame,
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
export function obsColumn(obs: Frame, name: string, dataset: string): (string | null)[] {
  const found = obs.columns.get(name);
  if (found) return columnAsStrings(found);
  const there = [...obs.columns.keys()].join(', ');
  throw new DataError(dataset, `obs/${name}`, `column not found in every file; choose one of: ${there || 'none'}`);
}
