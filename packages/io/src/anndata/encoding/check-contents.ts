import { ArgumentError } from '@geneformer-ts/core';
import { isWellFormed } from '../../base/well-formed.js';
import { wrongKind } from '../../base/wrong-kind.js';
import type { CsrBlock } from '../csr.js';
import { checkFrame, type Column, type DataFrame } from '../data-frame.js';
import type { WritableColumn } from './write-frame.js';

/**
 * Checks a table before it is written: its names and the values of every column. HDF5 ends a text at a null character, and
 * other values would be written as something else.
 *
 * @throws ArgumentError naming the table, the column and the value
 */
export function checkTable(table: string, frame: DataFrame): void {
  const { index, columns } = (frame ?? {}) as Partial<DataFrame>;
  if (!Array.isArray(index) || !(columns instanceof Map)) {
    throw new ArgumentError(table, 'is not a table', 'use { index: [names], columns: new Map() }');
  }
  checkTexts(`${table}.index`, index);
  for (const [name, column] of columns) checkColumn(table, name, column);
  checkFrame(frame, table);
}

/** Checks a column and its name. @throws ArgumentError */
export function checkColumn(table: string, name: string, column: WritableColumn): void {
  const field = `${table} column '${String(name)}'`;
  checkName(field, name);
  checkValues(field, column);
}

/** Checks the values of a column. @throws ArgumentError naming `field` */
export function checkValues(field: string, column: WritableColumn): void {
  switch (column?.kind) {
    case 'string':
      return checkTexts(field, column.values, null);
    case 'number':
      if (!isNumberList(column.values)) throw wrongKind(`${field}: values`, column.values, 'a Float64Array');
      return;
    case 'boolean':
      checkList(field, column.values);
      column.values.forEach((value: unknown, row) => {
        if (value !== null && typeof value !== 'boolean')
          throw wrongKind(`${field}[${row}]`, value, 'true, false or null');
      });
      return;
    case 'categorical':
      return checkCategories(field, column);
    default:
      throw wrongKind(
        `${field}: kind`,
        (column as Column | undefined)?.kind,
        "'string', 'number', 'boolean' or 'categorical'",
      );
  }
}

function checkCategories(field: string, { categories, codes }: Column & { kind: 'categorical' }): void {
  checkTexts(`${field}: categories`, categories);
  const distinct = new Set<string>();
  for (const name of categories) {
    if (distinct.has(name)) {
      throw new ArgumentError(`${field}: categories`, `contain '${name}' twice`, 'name every category once');
    }
    distinct.add(name);
  }
  if (!(codes instanceof Int32Array)) throw wrongKind(`${field}: codes`, codes, 'an Int32Array');
  codes.forEach((code, row) => {
    if (code >= -1 && code < categories.length) return;
    throw wrongKind(`${field}: codes[${row}]`, code, `a code from -1 (missing) to ${categories.length - 1}`);
  });
}

/** Checks a name inside the file. HDF5 separates names by slashes and ends them at a null character. */
export function checkName(field: string, name: unknown): void {
  const isName =
    typeof name === 'string' &&
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    name !== '_index' &&
    name !== '__categories';
  if (isName && !name.includes('/') && !name.includes('\0') && isWellFormed(name)) return;
  const remedy = "rename it, without '/', null characters and unpaired surrogates";
  throw new ArgumentError(field, 'is not a valid name in HDF5', remedy);
}

/** @param missing value that stands for a missing text, if texts may be missing */
export function checkTexts(field: string, texts: readonly unknown[], missing?: null): void {
  checkList(field, texts);
  for (let row = 0; row < texts.length; row++) {
    const text = texts[row];
    if (text === missing && missing === null) continue;
    if (typeof text !== 'string')
      throw wrongKind(`${field}[${row}]`, text, missing === null ? 'a string or null' : 'a string');
    if (text.includes('\0')) {
      throw new ArgumentError(
        `${field}[${row}]`,
        `'${text}' holds a null character`,
        'remove it: HDF5 ends a text there',
      );
    }
    if (!isWellFormed(text)) {
      throw new ArgumentError(`${field}[${row}]`, `'${text}' holds an unpaired surrogate`, 'remove it');
    }
  }
}

/** Returns whether a value is a list of numbers that can be written. */
export function isNumberList(value: unknown): boolean {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Uint8ClampedArray);
}

function checkList(field: string, values: unknown): void {
  if (!Array.isArray(values)) throw wrongKind(`${field}: values`, values, 'an array');
}

/**
 * Checks a block: its place after the rows before it, its shape, its offsets and its columns.
 *
 * @throws ArgumentError naming the array, the position and the value
 */
export function checkBlock(block: CsrBlock, row: number, rows: number, cols: number, field = 'blocks'): void {
  const wrong = (problem: string): ArgumentError =>
    new ArgumentError(field, problem, 'use consecutive blocks that match obs and var');
  if (typeof block !== 'object' || block === null) throw wrongKind(field, block, 'blocks of rows');
  const of = arrayAt(row);
  const { indptr, indices, data } = block;
  if (!(indptr instanceof Int32Array)) throw wrongKind(of('indptr'), indptr, 'an Int32Array');
  if (!(indices instanceof Int32Array)) throw wrongKind(of('indices'), indices, 'an Int32Array');
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw wrongKind(of('data'), data, 'a Float32Array or Float64Array');
  }
  if (block.rowStart !== row) throw wrong(`a block begins at row ${block.rowStart} instead of ${row}`);
  if (!Number.isInteger(block.rows) || block.rows < 0) throw wrong(`the block at row ${row} has ${block.rows} rows`);
  if (row + block.rows > rows) throw wrong(`reach row ${row + block.rows} but obs has ${rows}`);
  if (block.cols !== cols) throw wrong(`a block has ${block.cols} columns but var has ${cols}`);
  checkOffsets(block, row);
  for (let k = 0; k < indices.length; k++) {
    const column = indices[k];
    if (column >= 0 && column < cols) continue;
    throw wrongKind(of(`indices[${k}]`), column, `a column from 0 to ${cols - 1}`);
  }
}

/** Returns a function that names an array of the block at `row`, for messages. */
function arrayAt(row: number): (array: string) => string {
  return (array) => `${array} of the block at row ${row}`;
}

function checkOffsets({ rows, indptr, indices, data }: CsrBlock, row: number): void {
  const of = arrayAt(row);
  const wrongLength = (array: string, length: number, expected: number, remedy: string): ArgumentError =>
    new ArgumentError(of(array), `has ${length} values, not ${expected}`, remedy);
  if (indptr.length !== rows + 1) {
    throw wrongLength('indptr', indptr.length, rows + 1, 'give one offset per row and one more');
  }
  if (indptr[0] !== 0)
    throw ArgumentError.of(of('indptr[0]'), indptr[0], '0; offsets count from the start of the block');
  for (let r = 1; r <= rows; r++) {
    if (indptr[r] < indptr[r - 1]) throw ArgumentError.of(of(`indptr[${r}]`), indptr[r], `at least ${indptr[r - 1]}`);
  }
  const stored = indptr[rows];
  if (indices.length !== stored) throw wrongLength('indices', indices.length, stored, 'give one column per value');
  if (data.length !== stored) throw wrongLength('data', data.length, stored, 'give one value per column');
}
