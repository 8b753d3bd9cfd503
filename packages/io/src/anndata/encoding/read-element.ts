import { type CsrMatrix, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { joinBlocks, type CsrBlock, type Values } from '../csr.js';
import type { Column } from '../data-frame.js';
import type { Element, ElementDictionary, NumberMatrix } from '../element.js';
import { readArrayColumn, UnsupportedColumnError } from './column.js';
import type { Container } from '../container.js';
import { toValues } from '../numbers.js';
import { valuesOf } from './compound.js';
import { readEncodedColumn, readFrame } from './frame.js';
import { describeMatrix, sparseTag } from './locate.js';
import { streamOf } from './stream.js';

/** Values of a matrix per read of the library, which needs memory of its own for them. */
const PANEL = 1 << 22;
const REMEDY = 'read the other entries by name, or this one in Python';

/**
 * Reads a value of `obsm`, `uns` or another dictionary of an AnnData file: scalars, lists of numbers, booleans and texts,
 * matrices (dense, compressed rows or columns), tables, categorical and nullable columns, structured arrays, and
 * dictionaries of those.
 *
 * @returns null for a value that the file stores as missing
 * @throws UnsupportedError for other encodings and for arrays of more dimensions; FormatError
 */
export function readElement(file: Container, path: string): Promise<Element | null> {
  return readVisited(file, path, new Set());
}

async function readVisited(file: Container, path: string, visited: Set<number | string>): Promise<Element | null> {
  if (file.kind(path) === 'dataset') return readDataset(file, path);
  const encoding = sparseTag(file, path);
  switch (encoding) {
    case undefined:
    case 'dict':
      return readDictionary(file, path, visited);
    case 'csr_matrix':
    case 'csr':
    case 'csc_matrix':
    case 'csc':
      return readSparse(file, path);
    case 'dataframe':
      return readFrame(file, path);
    case 'categorical':
    case 'nullable-integer':
    case 'nullable-boolean':
    case 'nullable-string-array':
      return columnAt(file, path, () => readEncodedColumn(file, path));
    default:
      throw new UnsupportedError(file.path, path, `encoding '${encoding}'`, REMEDY);
  }
}

async function readDictionary(
  file: Container,
  path: string,
  visited: Set<number | string>,
): Promise<ElementDictionary> {
  const address = file.address(path);
  // A file may have a group inside itself.
  if (visited.has(address)) throw new FormatError(file.path, path, 'is a group inside itself', REMEDY);
  visited.add(address);
  const entries: [string, Element | null][] = [];
  for (const name of file.keys(path)) entries.push([name, await readVisited(file, `${path}/${name}`, visited)]);
  visited.delete(address);
  return Object.fromEntries(entries);
}

async function readDataset(file: Container, path: string): Promise<Element | null> {
  const shape = file.dimensions(path);
  if (!shape || file.textAttribute(path, 'encoding-type') === 'null') return null;
  const kind = file.datasetKind(path);
  if (kind === 'compound' && shape.length === 1) return readRecordArray(file, path);
  if (kind === 'compound' || kind === 'reference' || kind === 'other')
    throw unsupported(file, path, file.typeName(path));
  if (shape.length === 0) return readScalar(file, path, kind);
  if (shape.length === 1) {
    if (kind === 'number' && file.enumeration(path) === undefined) return file.readNumbers(path);
    return listOf(file, path);
  }
  if (shape.length === 2 && kind !== 'string') return readDense(file, path, shape[0], shape[1]);
  throw unsupported(file, path, `an array of ${shape.length} dimensions`);
}

/** Reads a structured array, such as those of `rank_genes_groups`, as a dictionary with one list per member. */
async function readRecordArray(file: Container, path: string): Promise<ElementDictionary> {
  const { members, rows } = await file.records(path);
  const entries = members.map((member, position): [string, Element] => {
    const column = valuesOf(
      member,
      rows.map((record) => record[position]),
    );
    if (column === undefined) throw unsupported(file, `${path}.${member.name}`, 'the type of its values');
    return [member.name, (column as { values: string[] }).values];
  });
  return Object.fromEntries(entries);
}

async function readScalar(file: Container, path: string, kind: 'number' | 'string' | 'boolean'): Promise<Element> {
  if (kind === 'string') return (await file.readStrings(path))[0];
  const [value] = await file.readNumbers(path);
  return kind === 'boolean' ? Number(value) !== 0 : value;
}

/** Reads a list of texts or booleans, or of named values, which are a categorical column. */
async function listOf(file: Container, path: string): Promise<Element> {
  const column = await columnAt(file, path, () => readArrayColumn(file, path));
  if (column.kind === 'string') return column.values as string[];
  return column.kind === 'boolean' ? (column.values as boolean[]) : column;
}

/** Reads a column that is not part of a table, so that the option to skip it does not exist. */
async function columnAt(file: Container, path: string, read: () => Promise<Column>): Promise<Column> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof UnsupportedColumnError) throw unsupported(file, path, cause.value);
    throw cause;
  }
}

/** Reads a matrix of numbers in panels of rows. */
async function readDense(file: Container, path: string, rows: number, cols: number): Promise<NumberMatrix> {
  const step = Math.max(1, Math.floor(PANEL / Math.max(1, cols)));
  const read = async (from: number): Promise<Values> =>
    toValues(await file.readNumbers(path, from, Math.min(rows, from + step)));
  if (rows === 0 || cols === 0) return { rows, cols, data: new Float32Array(0) };
  const first = await read(0);
  if (first.length === rows * cols) return { rows, cols, data: first };
  const data = first instanceof Float32Array ? new Float32Array(rows * cols) : new Float64Array(rows * cols);
  data.set(first);
  for (let row = step; row < rows; row += step) data.set(await read(row), row * cols);
  return { rows, cols, data };
}

/** Reads a sparse matrix as compressed rows. */
async function readSparse(file: Container, path: string): Promise<CsrMatrix> {
  const matrix = describeMatrix(file, path, () => REMEDY);
  const { rows, cols } = matrix;
  const parts: CsrBlock[] = [];
  for await (const block of streamOf(file, matrix, {})({ rows: Math.max(1, rows) })) parts.push(block);
  if (parts.length === 0) {
    return { rows, cols, indptr: new Int32Array(1), indices: new Int32Array(0), data: new Float32Array(0) };
  }
  const { indptr, indices, data } = joinBlocks(parts, 0, cols);
  return { rows, cols, indptr, indices, data };
}

function unsupported(file: Container, path: string, what: string): UnsupportedError {
  return new UnsupportedError(file.path, path, what, REMEDY);
}
