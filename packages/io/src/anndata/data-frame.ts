import { ArgumentError } from '@geneformer-ts/core';

/** A column of a table. The kind determines how missing values are stored. */
export type Column =
  | { kind: 'string'; values: (string | null)[] }
  /** NaN is missing. */
  | { kind: 'number'; values: Float64Array }
  | { kind: 'boolean'; values: (boolean | null)[] }
  /** Code -1 is missing. */
  | { kind: 'categorical'; categories: string[]; codes: Int32Array };

/** A table with a name for every row, such as `obs` (one row per cell) or `var` (one row per gene). */
export interface DataFrame {
  index: string[];
  columns: Map<string, Column>;
}

/** Returns the number of rows of a column. */
export function columnLength(column: Column): number {
  return column.kind === 'categorical' ? column.codes.length : column.values.length;
}

/** Returns an empty table. */
export function noFrame(): DataFrame {
  return { index: [], columns: new Map() };
}

/** Returns a column with the values of `rows`, in that order. */
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
 * Returns texts as a categorical column, the type that scanpy expects of labels. Categories are sorted by their UTF-16 code
 * units; null is missing.
 *
 * @example
 * toCategorical(['T', 'B', null, 'T']); // { kind: 'categorical', categories: [ 'B', 'T' ], codes: Int32Array [ 1, 0, -1, 1 ] }
 */
export function toCategorical(values: readonly (string | null)[]): Column & { kind: 'categorical' } {
  const categories = [...new Set(values)].filter((value) => value !== null).sort();
  const codeOf = new Map(categories.map((name, code) => [name, code]));
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : codeOf.get(value)!));
  return { kind: 'categorical', categories, codes };
}

/**
 * Converts a column of any kind to strings: numbers in JavaScript's notation (`1`, not `1.0`), booleans as `true` and
 * `false`, categories by name, missing values as null.
 *
 * @example columnAsStrings({ kind: 'number', values: Float64Array.of(1, NaN) }); // [ '1', null ]
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
 *
 * @throws ArgumentError naming the column
 */
export function checkFrame(frame: DataFrame, name: string): void {
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
  /** Number of distinct names that occur more than once. */
  names: number;
  /** Number of rows with the name of an earlier row. */
  rows: number;
  /** The first five of those names, in the order of the file. */
  first: string[];
}

/** Number of duplicate names to return. */
const SHOWN = 5;

/**
 * Finds names that occur more than once. Takes about 10 bytes per name, and has no limit such as the 16.7 million entries
 * of a `Set`.
 *
 * @returns undefined if all names are unique
 * @example findDuplicates(['a', 'b', 'a']); // { names: 1, rows: 1, first: [ 'a' ] }
 */
export function findDuplicates(names: readonly string[]): Duplicates | undefined {
  // Open addressing: a slot contains 1 + the row of the first name with that hash.
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

/** Returns the FNV-1a hash of the characters, mixed again because barcodes differ in few of them. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return value ^ (value >>> 13);
}
