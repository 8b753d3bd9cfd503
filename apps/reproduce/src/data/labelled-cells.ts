import { columnAsStrings, type Frame } from '@geneformer-ts/io';
import { DataError } from '../errors.js';
import type { Split } from './study-cells.js';

/** The cells of the classes that take part, in the order of the file. */
export type LabelledCells = Pick<Split, 'classes' | 'rows' | 'cellIds' | 'labels'>;

/**
 * @param params the obs column that holds the class, and the classes that take part; every value of the column when left out
 * @throws DataError when there is no such column, or no cell of a class
 */
export function labelledCells(
  obs: Frame,
  params: { label: string; classes?: string[] | undefined },
  dataset: string,
): LabelledCells {
  // A cell whose label is an empty text has none.
  const values = obsColumn(obs, params.label, dataset).map((value) => value || null);
  const present = [...new Set(values.filter((value) => value !== null))];
  const classes = [...(params.classes ?? present)].sort();
  const rows = values.flatMap((value, row) => (value !== null && classes.includes(value) ? [row] : []));
  const labels = rows.map((row) => classes.indexOf(values[row] ?? ''));
  for (const [index, name] of classes.entries()) {
    if (labels.includes(index)) continue;
    const seen = [...new Set(values)].slice(0, 8).join(', ');
    throw new DataError(dataset, params.label, `no cell of class "${name}"; the column holds: ${seen}`);
  }
  return { classes, rows, cellIds: rows.map((row) => obs.index[row] ?? ''), labels };
}

/** @throws DataError naming the columns there are */
export function obsColumn(obs: Frame, name: string, dataset: string): (string | null)[] {
  const found = obs.columns.get(name);
  if (found) return columnAsStrings(found);
  const there = [...obs.columns.keys()].join(', ');
  throw new DataError(dataset, `obs/${name}`, `no such column in every file; choose one of: ${there || 'none'}`);
}
