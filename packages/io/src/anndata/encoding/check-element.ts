import { ArgumentError, type CsrMatrix } from '@geneformer-ts/core';
import { wrongKind } from '../../base/wrong-kind.js';
import type { Column, DataFrame } from '../data-frame.js';
import { type ElementDictionary, kindOfElement, type NumberMatrix } from '../element.js';
import { checkName, checkTable, checkTexts, checkValues, isNumberList } from './check-contents.js';

const EXPECTED =
  'a string, number, boolean, list, typed array, { rows, cols, data }, table, column, or an object of those';
/** Deepest nesting of dictionaries. */
const MAX_DEPTH = 32;

/**
 * Checks a value of `uns` before it is written: names, kinds and lengths.
 *
 * @param field name for messages, such as `uns['umap']`
 * @throws ArgumentError
 */
export function checkElement(field: string, value: unknown, depth = MAX_DEPTH): void {
  switch (kindOfElement(value)) {
    case 'scalar':
      if (typeof value === 'string') checkTexts(field, [value]);
      if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value)
        throw wrongKind(field, value, 'an integer of 64 bits');
      return;
    case 'list':
      return checkList(field, value as readonly unknown[]);
    case 'dense':
      return checkDense(field, value as NumberMatrix);
    case 'sparse':
      return checkSparse(field, value as CsrMatrix);
    case 'frame':
      return checkTable(field, value as DataFrame);
    case 'column':
      return checkValues(field, value as Column);
    case 'dictionary':
      return checkDictionary(field, value as ElementDictionary, depth);
    case undefined:
      throw wrongKind(field, value, EXPECTED);
  }
}

/**
 * Checks a value of `obsm` or `varm`: a matrix or a table with one row per cell or gene.
 *
 * @throws ArgumentError
 */
export function checkRows(field: string, value: unknown, rows: number, of: string): void {
  const kind = kindOfElement(value);
  if (kind !== 'dense' && kind !== 'sparse' && kind !== 'frame') {
    throw wrongKind(field, value, '{ rows, cols, data }, with rows × cols values in a Float32Array or Float64Array');
  }
  checkElement(field, value);
  const given = kind === 'frame' ? (value as DataFrame).index.length : (value as NumberMatrix).rows;
  if (given === rows) return;
  throw new ArgumentError(field, `has ${given} rows but there are ${rows} ${of}`, `give one row per ${singular(of)}`);
}

/**
 * Checks a matrix whose numbers of rows and columns are given, such as a layer or distances of cells.
 *
 * @param rows number of rows, and what they are: `[adata.nObs, 'cells']`
 * @throws ArgumentError
 */
export function checkMatrix(field: string, value: unknown, rows: [number, string], cols: [number, string]): void {
  if (kindOfElement(value) === 'frame') throw wrongKind(field, value, 'a matrix instead of a table');
  checkRows(field, value, ...rows);
  const given = (value as NumberMatrix).cols;
  if (given === cols[0]) return;
  const problem = `has ${given} columns but there are ${cols[0]} ${cols[1]}`;
  throw new ArgumentError(field, problem, `give one column per ${singular(cols[1])}`);
}

function singular(plural: string): string {
  return plural.slice(0, -1);
}

function checkDictionary(field: string, dictionary: ElementDictionary, depth: number): void {
  // An object that contains itself has no end.
  if (depth === 0) throw new ArgumentError(field, `is nested more than ${MAX_DEPTH} times`, 'use fewer levels');
  for (const [name, value] of Object.entries(dictionary)) {
    const path = `${field}['${name}']`;
    checkName(path, name);
    checkElement(path, value, depth - 1);
  }
}

function checkList(field: string, list: readonly unknown[]): void {
  if (isNumberList(list)) return;
  if (!Array.isArray(list)) throw wrongKind(field, list, 'an array or another typed array');
  const expected = typeof list[0];
  if (expected === 'string') return checkTexts(field, list);
  if (list.length > 0 && expected !== 'number' && expected !== 'boolean')
    throw wrongKind(`${field}[0]`, list[0], 'strings, numbers or booleans');
  const at = list.findIndex((value) => typeof value !== expected);
  if (at >= 0 && list.length > 0)
    throw wrongKind(`${field}[${at}]`, list[at], `a ${expected}, as the values before it are`);
}

function checkDense(field: string, { rows, cols, data }: NumberMatrix): void {
  for (const [name, size] of Object.entries({ rows, cols })) {
    if (!Number.isSafeInteger(size) || size < 0) throw wrongKind(`${field}: ${name}`, size, 'a whole number from 0');
  }
  if (!isNumberList(data)) throw wrongKind(`${field}: data`, data, 'a Float32Array or Float64Array');
  if (data.length === rows * cols) return;
  const problem = `has ${data.length} values but ${rows} rows × ${cols} cols`;
  throw new ArgumentError(`${field}: data`, problem, 'give rows × cols values, row by row');
}

function checkSparse(field: string, { rows, cols, indptr, indices, data }: CsrMatrix): void {
  if (!(indptr instanceof Int32Array) || !(indices instanceof Int32Array))
    throw wrongKind(`${field}: offsets or columns`, indptr, 'an Int32Array for each');
  const stored = indptr[rows];
  const wrong = (problem: string): ArgumentError =>
    new ArgumentError(field, problem, 'give rows + 1 offsets from 0, and one column and one value per entry');
  if (indptr.length !== rows + 1) throw wrong(`has ${indptr.length} offsets for ${rows} rows`);
  for (let row = 0; row < rows; row++) {
    if (indptr[0] !== 0 || indptr[row + 1] < indptr[row]) throw wrong(`has offsets that decrease in row ${row}`);
  }
  if (indices.length !== stored || data.length !== stored) {
    throw wrong(`has ${indices.length} columns and ${data.length} values for ${stored} entries`);
  }
  const at = indices.findIndex((column) => column < 0 || column >= cols);
  if (at >= 0) throw wrong(`has column ${indices[at]} of ${cols}`);
}
