import { ArgumentError } from '@geneformer-ts/core';

/** One column of a table. Its kind determines how missing values are stored. */
export type Column =
  | { kind: 'string'; values: (string | null)[] }
  /** NaN is missing. */
  | { kind: 'number'; values: Float64Array }
  | { kind: 'boolean'; values: (boolean | null)[] }
  /** Code -1 is missing. */
  | { kind: 'categorical'; categories: string[]; codes: Int32Array };

/** A table with a name for every row: `obs` (one row per cell) or `var` (one row per gene). */
export interface Frame {
  index: string[];
  columns: Map<string, Column>;
}

/** Returns the number of rows of a column. */
export function columnLength(column: Column): number {
  return column.kind === 'categorical' ? column.codes.length : column.values.length;
}

/** Returns a table without rows and columns. */
export function noFrame(): Frame {
  return { index: [], columns: new Map() };
}

/** Returns the values of a column at `rows`, in that order. */
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
 * Returns a column of any kind as text: numbers as JavaScript prints them (`1`, not `1.0`), booleans as `true`/`false`,
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
        'give one value per row',
      );
    }
  }
}

/** Names that occur more than once. */
export interface Duplicates {
  /** How many different names occur more than once. */
  names: number;
  /** Rows whose name an earlier row has too. */
  rows: number;
  /** The first of those names, in file order. */
  first: string[];
}

/** Names shown of those that occur more than once. */
const SHOWN = 5;

/**
 * Finds the names that occur more than once. Holds about 10 bytes per name beside the names themselves, and has no limit
 * such as the 16.7 million entries of a `Set`.
 *
 * @returns undefined when every name occurs once
 */
export function findDuplicates(names: readonly string[]): Duplicates | undefined {
  // Open addressing: a slot holds 1 + the row of the first name that fell there.
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(2, 2 * names.length))));
  const mask = slots.length - 1;
  const repeated = new Uint8Array(names.length);
  const found: Duplicates = { names: 0, rows: 0, first: [] };
  for (let row = 0; row < names.length; row++) {
    const name = names[row];
    let slot = hash(name) & mask;
    while (slots[slot] !== 0 && names[slots[slot] - 1] !== name) slot = (slot + 1) & mask;
    if (slots[slot] === 0) {
      slots[slot] = row + 1;
      continue;
    }
    const earlier = slots[slot] - 1;
    found.rows++;
    if (repeated[earlier] === 1) continue;
    repeated[earlier] = 1;
    found.names++;
    if (found.first.length < SHOWN) found.first.push(name);
  }
  return found.rows > 0 ? found : undefined;
}

/** FNV-1a over the characters, mixed once more because barcodes differ in few of them. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return value ^ (value >>> 13);
}
