import { ArgumentError } from '@geneformer-ts/core';

/** One column of a table: its kind says how missing values are written. */
export type Column =
  | { kind: 'string'; values: (string | null)[] }
  /** NaN is missing. */
  | { kind: 'number'; values: Float64Array }
  | { kind: 'boolean'; values: (boolean | null)[] }
  /** Code -1 is missing. */
  | { kind: 'categorical'; categories: string[]; codes: Int32Array };

/** A table with a name for every row: `obs` (one row a cell) or `var` (one row a gene). */
export interface Frame {
  index: string[];
  columns: Map<string, Column>;
}

/** The number of rows of a column. */
export function columnLength(column: Column): number {
  return column.kind === 'categorical' ? column.codes.length : column.values.length;
}

/** A table of nothing. */
export function noFrame(): Frame {
  return { index: [], columns: new Map() };
}

/** The values of a column at `rows`, in that order. */
export function pickColumn(column: Column, rows: Int32Array): Column {
  switch (column.kind) {
    case 'string':
      return { kind: 'string', values: Array.from(rows, (row) => column.values[row]!) };
    case 'boolean':
      return { kind: 'boolean', values: Array.from(rows, (row) => column.values[row]!) };
    case 'number':
      return { kind: 'number', values: Float64Array.from(rows, (row) => column.values[row]) };
    case 'categorical':
      return { kind: 'categorical', categories: column.categories, codes: rows.map((row) => column.codes[row]) };
  }
}

/**
 * A column as text, whatever its kind: numbers as JavaScript prints them (`1`, not `1.0`), booleans as `true`/`false`,
 * categories by name, missing values as null.
 */
export function columnAsStrings(column: Column): (string | null)[] {
  switch (column.kind) {
    case 'string':
      return column.values;
    case 'number':
      return Array.from(column.values, (value) => (Number.isNaN(value) ? null : String(value)));
    case 'boolean':
      return column.values.map((value) => (value === null ? null : String(value)));
    case 'categorical':
      return Array.from(column.codes, (code) => column.categories[code] ?? null);
  }
}

/**
 * Checks that every column is as long as the index.
 * @throws ArgumentError naming the column
 */
export function checkFrame(frame: Frame, name: string): void {
  for (const [key, column] of frame.columns) {
    const length = columnLength(column);
    if (length !== frame.index.length) {
      throw new ArgumentError(
        `${name}.${key}`,
        `has ${length} values but the index has ${frame.index.length}`,
        'give one value a row',
      );
    }
  }
}
