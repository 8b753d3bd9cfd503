import type { NumericArray } from '../numbers.js';
import { type Column, type DataFrame, toCategorical } from '../data-frame.js';
import type { ElementWriter } from '../element-writer.js';

/** A column to write. Numbers keep their type. */
export type WritableColumn = Column | { kind: 'number'; values: NumericArray };

/** Writes a table in the encoding of anndata 0.8: a group with a dataset or an encoded group per column. */
export function writeFrame(file: ElementWriter, path: string, frame: DataFrame): void {
  file.group(path);
  tag(file, path, 'dataframe', '0.2.0');
  file.textAttribute(path, '_index', '_index');
  writeColumnOrder(file, path, [...frame.columns.keys()]);
  writeTexts(file, `${path}/_index`, frame.index);
  for (const [name, column] of frame.columns) writeColumn(file, `${path}/${name}`, column);
}

/** Writes the names of the columns of a table in their order. */
export function writeColumnOrder(file: ElementWriter, path: string, names: string[]): void {
  // An empty list of names is written as an empty list of numbers, as h5py does and anndata expects.
  if (names.length) file.textsAttribute(path, 'column-order', names);
  else file.numbersAttribute(path, 'column-order', new Float64Array(0));
}

/** Writes a column in the encoding of anndata 0.8: strings with missing values as categorical. */
export function writeColumn(file: ElementWriter, path: string, column: WritableColumn): void {
  switch (column.kind) {
    case 'string':
      if (column.values.includes(null)) writeColumn(file, path, toCategorical(column.values));
      else writeTexts(file, path, column.values as string[]);
      return;
    case 'number':
      return writeNumbers(file, path, column.values);
    case 'boolean':
      if (column.values.includes(null)) return writeNullable(file, path, column.values);
      return writeBooleans(file, path, column.values as boolean[]);
    case 'categorical':
      file.group(path);
      tag(file, path, 'categorical', '0.2.0');
      file.booleanAttribute(path, 'ordered', false);
      writeTexts(file, `${path}/categories`, column.categories);
      return writeNumbers(file, `${path}/codes`, narrowest(column.codes, column.categories.length));
  }
}

function narrowest(codes: Int32Array, categories: number): NumericArray {
  if (categories <= 0x7f) return Int8Array.from(codes);
  return categories <= 0x7fff ? Int16Array.from(codes) : codes;
}

function writeNullable(file: ElementWriter, path: string, values: readonly (boolean | null)[]): void {
  file.group(path);
  tag(file, path, 'nullable-boolean', '0.1.0');
  const missing = values.map((value) => value === null);
  writeBooleans(
    file,
    `${path}/values`,
    values.map((value) => value ?? false),
  );
  writeBooleans(file, `${path}/mask`, missing);
}

/** Writes a list of booleans. */
export function writeBooleans(file: ElementWriter, path: string, values: readonly boolean[]): void {
  file.booleans(path, values);
  tag(file, path, 'array', '0.2.0');
}

/** Writes a list of numbers in the type of the array. */
export function writeNumbers(file: ElementWriter, path: string, values: NumericArray): void {
  file.numbers(path, values);
  tag(file, path, 'array', '0.2.0');
}

/** Writes a list of texts. */
export function writeTexts(file: ElementWriter, path: string, values: string[]): void {
  file.texts(path, values);
  tag(file, path, 'string-array', '0.2.0');
}

/** Writes the two attributes with which AnnData identifies the type of an element. */
export function tag(file: ElementWriter, path: string, type: string, version: string): void {
  file.textAttribute(path, 'encoding-type', type);
  file.textAttribute(path, 'encoding-version', version);
}
