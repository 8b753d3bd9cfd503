import { FormatError } from '@geneformer-ts/core';
import type { CsrBlock } from '../csr.js';
import { toFloat64, toIndices, toValues } from '../hdf5/convert.js';
import type { HdfFile } from '../hdf5/file.js';
import type { RowRange } from '../range.js';
import { openNumbers } from '../hdf5/sequential.js';

/** A group with the three arrays of a compressed matrix. */
interface CompressedRows {
  path: string;
  rows: number;
  cols: number;
}

/** What is read of a matrix once, however many ranges of its rows are asked for afterwards. */
interface OpenedRows {
  offsets: Float64Array;
  indices: ReturnType<typeof openNumbers>;
  data: ReturnType<typeof openNumbers>;
}

const opened = new WeakMap<HdfFile, Map<string, OpenedRows>>();

function openRows(file: HdfFile, { path, rows }: CompressedRows): OpenedRows {
  const ofFile = opened.get(file) ?? new Map<string, OpenedRows>();
  opened.set(file, ofFile);
  let found = ofFile.get(path);
  if (found === undefined) {
    const offsets = readOffsets(file, path, rows);
    found = { offsets, indices: openNumbers(file, `${path}/indices`), data: openNumbers(file, `${path}/data`) };
    ofFile.set(path, found);
  }
  return found;
}

/** Streams a matrix stored as compressed rows. Memory: the row offsets, one block and one read-ahead buffer. */
export function* csrRows(file: HdfFile, matrix: CompressedRows, range: RowRange): Generator<CsrBlock> {
  const { path, cols } = matrix;
  const { offsets, indices, data } = openRows(file, matrix);
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
      indices: toIndices(indices.read(from, to), cols, file.path, `${path}/indices`),
      data: toValues(data.read(from, to)),
    };
  }
}

/**
 * The offsets of a compressed matrix, checked to begin at 0, never to fall, and to end where its two arrays end.
 * @throws FormatError
 */
export function readOffsets(file: HdfFile, path: string, count: number): Float64Array {
  const offsets = toFloat64(file.readNumbers(`${path}/indptr`));
  const stored = file.shape(`${path}/indices`)[0] ?? 0;
  const values = file.shape(`${path}/data`)[0] ?? 0;
  const wrong = (problem: string): FormatError =>
    new FormatError(file.path, `${path}/indptr`, problem, 'write the file again with a current anndata');
  if (offsets.length !== count + 1) throw wrong(`has ${offsets.length} entries where ${count + 1} are needed`);
  if (stored !== values) throw wrong(`${path} has ${stored} indices but ${values} values`);
  if (offsets[0] !== 0 || offsets[count] !== stored) {
    throw wrong(`runs from ${offsets[0]} to ${offsets[count]} but ${stored} values are stored`);
  }
  for (let i = 0; i < count; i++) {
    const [from, to] = [offsets[i], offsets[i + 1]];
    // Written so that NaN is refused too; some files hold offsets as floating-point numbers.
    if (!Number.isInteger(to)) throw wrong(`holds ${to} at ${i + 1}, which is not a whole number`);
    if (from > to) throw wrong(`falls from ${from} to ${to} at ${i + 1}`);
  }
  return offsets;
}
