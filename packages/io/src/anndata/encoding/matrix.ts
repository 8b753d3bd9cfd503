import { FormatError } from '@geneformer-ts/core';
import { type CsrBlock, joinBlocks, type RowRange, type Values } from '../csr.js';
import type { Entries, EntrySource, Survey } from '../entries.js';
import type { Container } from '../container.js';
import { type NumberReader, toFloat64, toIndices, toValues } from '../numbers.js';
import type { MatrixLocation } from './locate.js';

type Matrix = Omit<MatrixLocation, 'varPath'>;

/** A group with the three arrays of a matrix in compressed sparse row form. */
interface CompressedRows {
  path: string;
  rows: number;
  cols: number;
}

/** Parts of a matrix that are read once for all later ranges of rows. */
interface OpenedRows {
  offsets: Float64Array;
  indices: NumberReader;
  data: NumberReader;
}

const opened = new WeakMap<Container, Map<string, OpenedRows>>();

async function openRows(file: Container, { path, rows }: CompressedRows): Promise<OpenedRows> {
  const ofFile = opened.get(file) ?? new Map<string, OpenedRows>();
  opened.set(file, ofFile);
  let found = ofFile.get(path);
  if (found === undefined) {
    const offsets = await readOffsets(file, path, rows);
    found = { offsets, indices: file.numbers(`${path}/indices`), data: file.numbers(`${path}/data`) };
    ofFile.set(path, found);
  }
  return found;
}

/** Streams a matrix stored as compressed rows. Memory: the row offsets, one block and one read-ahead buffer. */
export async function* csrRows(file: Container, matrix: CompressedRows, range: RowRange): AsyncGenerator<CsrBlock> {
  const { path, cols } = matrix;
  const { offsets, indices, data } = await openRows(file, matrix);
  const { memory } = range;
  for (let start = range.from; start < range.to; start += range.rows) {
    const end = Math.min(range.to, start + range.rows);
    const from = offsets[start];
    const to = offsets[end];
    const indptr = new Int32Array(end - start + 1);
    for (let r = 0; r < indptr.length; r++) indptr[r] = offsets[start + r] - from;
    yield {
      rowStart: start,
      rows: end - start,
      cols,
      indptr,
      indices: toIndices(await indices.read(from, to, memory?.indices), cols, file.path, `${path}/indices`),
      data: toValues(await data.read(from, to, memory?.data)),
    };
  }
}

/**
 * Reads the offsets of a compressed matrix. Checks that they begin at 0, never decrease, and end at the length of the arrays.
 *
 * @throws FormatError
 */
async function readOffsets(file: Container, path: string, count: number): Promise<Float64Array> {
  const offsets = toFloat64(await file.readNumbers(`${path}/indptr`));
  const stored = file.shape(`${path}/indices`)[0] ?? 0;
  const values = file.shape(`${path}/data`)[0] ?? 0;
  const wrong = (problem: string): FormatError =>
    new FormatError(file.path, `${path}/indptr`, problem, 'write the file again with a current anndata');
  if (offsets.length !== count + 1) throw wrong(`has ${offsets.length} entries but needs ${count + 1}`);
  if (stored !== values) throw wrong(`${path} has ${stored} indices but ${values} values`);
  if (offsets[0] !== 0 || offsets[count] !== stored) {
    throw wrong(`runs from ${offsets[0]} to ${offsets[count]} but ${stored} values are stored`);
  }
  for (let i = 0; i < count; i++) {
    const [from, to] = [offsets[i], offsets[i + 1]];
    // Also rejects NaN; some files store offsets as floating-point numbers.
    if (!Number.isInteger(to)) throw wrong(`contains ${to} at ${i + 1}, which is not an integer`);
    if (from > to) throw wrong(`decreases from ${from} to ${to} at ${i + 1}`);
  }
  return offsets;
}

/** Number of entries per part. */
const STEP = 1 << 18;

/** Returns a matrix stored as compressed columns as a repeatable stream of entries in column order. */
export function cscEntries(file: Container, matrix: Matrix): EntrySource {
  const { path, rows, cols } = matrix;
  return {
    rows,
    cols,
    survey: () => surveyColumns(file, matrix),
    async *scan() {
      const offsets = await readOffsets(file, path, cols);
      const indices = file.numbers(`${path}/indices`);
      const data = file.numbers(`${path}/data`);
      const columns = new Int32Array(STEP);
      let column = 0;
      for (let from = 0; from < indices.length; from += STEP) {
        const to = Math.min(indices.length, from + STEP);
        for (let k = from; k < to; k++) {
          while (k >= offsets[column + 1]) column++;
          columns[k - from] = column;
        }
        const entries: Entries = {
          length: to - from,
          rows: toIndices(await indices.read(from, to), rows, file.path, `${path}/indices`),
          cols: columns,
          values: toValues(await data.read(from, to)),
        };
        yield entries;
      }
    },
  };
}

/** Counts the entries of each row from their indices only, so that the values need not be decompressed. */
async function surveyColumns(file: Container, { path, rows }: Matrix): Promise<Survey> {
  const counts = new Int32Array(rows);
  const indices = file.numbers(`${path}/indices`);
  let ordered = true;
  let last = 0;
  for (let from = 0; from < indices.length; from += STEP) {
    const to = Math.min(indices.length, from + STEP);
    const some = toIndices(await indices.read(from, to), rows, file.path, `${path}/indices`);
    for (let k = 0; k < some.length; k++) {
      const row = some[k];
      counts[row]++;
      if (row < last) ordered = false;
      last = row;
    }
  }
  const data = file.numbers(`${path}/data`);
  return { counts, ordered, single: toValues(await data.read(0, Math.min(1, data.length))) instanceof Float32Array };
}

/** Number of elements of a dense matrix in memory, unless one row of chunks is larger. */
const PANEL = 1 << 22;

/**
 * Streams a dense matrix without its zeros. Reads panels of whole chunks, so that no chunk is decompressed twice, and splits
 * them into blocks.
 */
export async function* denseRows(file: Container, matrix: Matrix, range: RowRange): AsyncGenerator<CsrBlock> {
  const { path, rows, cols } = matrix;
  const chunkRows = file.chunkRows(path);
  const panelRows = Math.max(1, Math.floor(PANEL / Math.max(1, cols) / chunkRows)) * chunkRows;
  let panelStart = 0;
  let panelEnd = 0;
  let panel: Values = new Float64Array(0);
  for (let start = range.from; start < range.to; start += range.rows) {
    const end = Math.min(range.to, start + range.rows);
    const parts: CsrBlock[] = [];
    for (let row = start; row < end;) {
      if (row >= panelEnd) {
        panelStart = Math.floor(row / panelRows) * panelRows;
        panelEnd = Math.min(rows, panelStart + panelRows);
        panel = toValues(await file.readNumbers(path, panelStart, panelEnd));
      }
      const stop = Math.min(end, panelEnd);
      const values = panel.subarray((row - panelStart) * cols, (stop - panelStart) * cols);
      parts.push(nonZeros(values, row, stop - row, cols));
      row = stop;
    }
    yield joinBlocks(parts, start, cols);
  }
}

function nonZeros(values: Values, rowStart: number, rows: number, cols: number): CsrBlock {
  let total = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) total++;
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(total);
  const data = values instanceof Float32Array ? new Float32Array(total) : new Float64Array(total);
  let k = 0;
  for (let row = 0; row < rows; row++) {
    const base = row * cols;
    for (let column = 0; column < cols; column++) {
      const value = values[base + column];
      if (value === 0) continue;
      indices[k] = column;
      data[k++] = value;
    }
    indptr[row + 1] = k;
  }
  return { rowStart, rows, cols, indptr, indices, data };
}
