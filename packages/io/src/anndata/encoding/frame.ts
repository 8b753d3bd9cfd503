import { FieldMissingError, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { type Column, columnAsStrings, columnLength, type DataFrame } from '../data-frame.js';
import { checkChoice, unsupportedColumn, readArrayColumn, readOrNote, UnsupportedColumnError } from './column.js';
import type { Container } from '../container.js';
import { toFloat64 } from '../numbers.js';
import { readCompoundFrame } from './compound.js';

/**
 * Reads `obs`, `var` or `raw/var` of any version of AnnData: one compound dataset (up to 0.6), a group with categories in
 * `__categories` (0.7), or a group of columns with an encoding (0.8 and later).
 *
 * @param only columns to read; default all
 * @param notes receives a sentence for each column of an unsupported type, unless it is in `only`
 * @throws FieldMissingError, FormatError or UnsupportedError naming the column
 */
export async function readFrame(
  file: Container,
  path: string,
  only?: readonly string[],
  notes: string[] = [],
): Promise<DataFrame> {
  const kind = file.kind(path);
  if (kind === undefined) {
    throw new FieldMissingError(file.path, `'${path}'`, file.keys(''), 'check that this is an AnnData file');
  }
  if (kind === 'dataset') return readCompoundFrame(file, path, only, notes);

  const indexName = file.textAttribute(path, '_index') ?? '_index';
  const index = await readIndex(file, path, indexName);
  const names = columnNames(file, path, indexName);
  checkChoice(file, path, names, only);
  const columns = new Map<string, Column>();
  for (const name of only ? names.filter((name) => only.includes(name)) : names) {
    const column = await readOrNote(name, () => readColumn(file, path, name), notes, only);
    if (column === undefined) continue;
    const length = columnLength(column);
    if (length !== index.length) {
      throw new FormatError(
        file.path,
        `${path}/${name}`,
        `has ${length} values but the index has ${index.length}`,
        'write the file again with a current anndata',
      );
    }
    columns.set(name, column);
  }
  return { index, columns };
}

/** Groups of a table that are not columns: categories (0.7) and named types (old versions of h5py). */
const RESERVED = new Set(['__categories', '__DATA_TYPES__']);

/** Returns the column names in the order of the writer, followed by names that its list lacks. */
function columnNames(file: Container, path: string, indexName: string): string[] {
  const ordered = file.attribute(path, 'column-order');
  const present = namesBelow(file, path).filter((name) => name !== indexName);
  const listed = Array.isArray(ordered) ? ordered.filter((name): name is string => typeof name === 'string') : [];
  const known = new Set(present);
  return [...new Set([...listed.filter((name) => known.has(name)), ...present])];
}

/**
 * Returns the columns below a table. Until anndata 0.11, a slash in the name of a column created groups: a group without an
 * encoding is part of such a name. Each group is visited once, because a file may have a group inside itself.
 */
function namesBelow(file: Container, table: string): string[] {
  const visited = new Set<number | string>([file.address(table)]);
  const below = (prefix: string): string[] =>
    file.keys(prefix === '' ? table : `${table}/${prefix.slice(0, -1)}`).flatMap((key) => {
      const name = `${prefix}${key}`;
      if (prefix === '' && RESERVED.has(key)) return [];
      const path = `${table}/${name}`;
      if (file.kind(path) !== 'group' || file.attribute(path, 'encoding-type') !== undefined) return [name];
      const address = file.address(path);
      if (visited.has(address)) return [];
      visited.add(address);
      return below(`${name}/`);
    });
  return below('');
}

async function readIndex(file: Container, path: string, name: string): Promise<string[]> {
  try {
    return columnAsStrings(await readColumn(file, path, name)).map((value) => value ?? '');
  } catch (cause) {
    if (!(cause instanceof UnsupportedColumnError)) throw cause;
    // The index is always read, so excluding it from the columns does not help.
    throw new UnsupportedError(file.path, cause.column, cause.value, 'store the names of the rows as text', { cause });
  }
}

async function readColumn(file: Container, group: string, name: string): Promise<Column> {
  const path = `${group}/${name}`;
  if (file.kind(path) === 'group') return readEncodedColumn(file, path);
  const oldCategories = `${group}/__categories/${name}`;
  if (file.kind(oldCategories) === 'dataset') {
    return categorical(file, path, path, await readCategories(file, oldCategories));
  }
  // The numbers of such a column are codes; reading them as values would be silently wrong.
  if (file.kind(path) === 'dataset' && file.attribute(path, 'categories') !== undefined) {
    throw unsupportedColumn(file, path, 'a column whose categories are not in __categories');
  }
  return readArrayColumn(file, path);
}

/** Reads a column that is a group. Its attribute `encoding-type` states the type. */
export async function readEncodedColumn(file: Container, path: string): Promise<Column> {
  const encoding = file.textAttribute(path, 'encoding-type');
  switch (encoding) {
    case 'categorical':
      return categorical(file, path, `${path}/codes`, await readCategories(file, `${path}/categories`));
    case 'nullable-integer':
    case 'nullable-boolean':
    case 'nullable-string-array':
      return masked(await readArrayColumn(file, `${path}/values`), toFloat64(await file.readNumbers(`${path}/mask`)));
    default:
      throw unsupportedColumn(file, path, `encoding '${encoding ?? 'none'}'`);
  }
}

async function categorical(file: Container, path: string, codesPath: string, categories: string[]): Promise<Column> {
  const codes = toFloat64(await file.readNumbers(codesPath));
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i];
    if (!Number.isInteger(code) || code < -1 || code >= categories.length) {
      throw new FormatError(
        file.path,
        path,
        `category code ${code} at ${i}, but there are ${categories.length} categories`,
        'write the file again with a current anndata',
      );
    }
  }
  return { kind: 'categorical', categories, codes: Int32Array.from(codes) };
}

async function readCategories(file: Container, path: string): Promise<string[]> {
  const column = await (file.kind(path) === 'group' ? readEncodedColumn(file, path) : readArrayColumn(file, path));
  return columnAsStrings(column).map((value) => value ?? '');
}

function masked(column: Column, mask: Float64Array): Column {
  const missing = (i: number): boolean => mask[i] !== 0;
  switch (column.kind) {
    case 'number':
      return { kind: 'number', values: column.values.map((value, i) => (missing(i) ? NaN : value)) };
    case 'boolean':
      return { kind: 'boolean', values: column.values.map((value, i) => (missing(i) ? null : value)) };
    case 'string':
      return { kind: 'string', values: column.values.map((value, i) => (missing(i) ? null : value)) };
    case 'categorical':
      return column;
  }
}
