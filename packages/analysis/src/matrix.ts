import { ShapeError, ValueError } from './errors.js';

/** Above this share of zeros, skipping them costs less than multiplying by them. */
const SPARSE_BELOW = 0.4;

/** Features of samples, one row per sample. */
export interface DenseMatrix {
  rows: number;
  cols: number;
  /** rows × cols values, row-major. */
  data: Float32Array;
}

/** Compressed sparse rows; columns within a row in any order, none twice. */
export interface SparseMatrix {
  rows: number;
  cols: number;
  /** Where each row starts in `indices` and `data`; rows + 1 offsets from 0. */
  indptr: Int32Array;
  /** Column of each stored value. */
  indices: Int32Array;
  data: Float32Array | Float64Array;
}

export type Matrix = DenseMatrix | SparseMatrix;

/** Dense rows in single or double precision, such as embeddings. */
export interface Points {
  rows: number;
  cols: number;
  /** rows × cols values, row-major. */
  data: Float32Array | Float64Array;
}

export function isSparse(X: Matrix | Points): X is SparseMatrix {
  return 'indptr' in X;
}

/**
 * Checks sizes against each other and that every value is finite, so that a NaN cannot spread silently through a fit.
 *
 * @param allowMissing let NaN pass
 */
export function checkMatrix(X: Matrix | Points, allowMissing = false): void {
  const { rows, cols, data } = X;
  if (isSparse(X)) {
    if (X.indptr.length !== rows + 1) {
      throw new ShapeError('X.indptr', X.indptr.length, rows + 1, 'give one offset a row and one more');
    }
    const stored = X.indptr[rows];
    if (X.indices.length < stored) throw new ShapeError('X.indices', X.indices.length, stored, 'one index a value');
    if (data.length < stored) throw new ShapeError('X.data', data.length, stored, 'one value an index');
    for (let i = 0; i < stored; i++) {
      const col = X.indices[i];
      if (col < 0 || col >= cols) throw new ValueError(`X.indices[${i}]`, col, `use columns from 0 to ${cols - 1}`);
    }
  } else if (data.length !== rows * cols) {
    throw new ShapeError('X.data', data.length, rows * cols, 'give rows × cols values');
  }
  for (let i = 0; i < data.length; i++) {
    // Infinity - Infinity and NaN - NaN are both NaN: one comparison finds either.
    if (data[i] - data[i] !== 0 && !(allowMissing && Number.isNaN(data[i])))
      throw new ValueError(`X.data[${i}]`, data[i], 'replace missing and infinite values');
  }
}

/** Every value of a sparse matrix written out. */
export function toDense(X: Matrix): DenseMatrix {
  if (!isSparse(X)) return X;
  const data = new Float32Array(X.rows * X.cols);
  for (let row = 0; row < X.rows; row++) {
    for (let i = X.indptr[row]; i < X.indptr[row + 1]; i++) data[row * X.cols + X.indices[i]] = X.data[i]!;
  }
  return { rows: X.rows, cols: X.cols, data };
}

/** The values that are not zero, as compressed sparse rows. */
export function toSparse(X: Matrix | Points): SparseMatrix {
  if (isSparse(X)) return X;
  const { rows, cols, data } = X;
  let stored = 0;
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) stored++;
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(stored);
  const values = data instanceof Float32Array ? new Float32Array(stored) : new Float64Array(stored);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * cols;
    for (let col = 0; col < cols; col++) {
      const value = data[start + col];
      if (value === 0) continue;
      indices[next] = col;
      values[next++] = value;
    }
    indptr[row + 1] = next;
  }
  return { rows, cols, indptr, indices, data: values };
}

/** A sparse matrix when X is one, or has enough zeros for it to pay. */
export function sparseIfWorthIt(X: Matrix | Points): SparseMatrix | undefined {
  if (isSparse(X)) return X;
  let nonZero = 0;
  for (let i = 0; i < X.data.length; i++) if (X.data[i] !== 0) nonZero++;
  return nonZero < SPARSE_BELOW * X.data.length ? toSparse(X) : undefined;
}

/**
 * Calls `visit(row, values, offset)` for each row, its features at `values[offset …]` whether X is dense or sparse.
 *
 * @param absent what a value is that a sparse matrix does not store
 */
export function eachRow(
  X: Matrix,
  visit: (row: number, values: Float32Array, offset: number) => void,
  absent = 0,
): void {
  if (!isSparse(X)) {
    for (let row = 0; row < X.rows; row++) visit(row, X.data, row * X.cols);
    return;
  }
  const values = new Float32Array(X.cols).fill(absent);
  for (let row = 0; row < X.rows; row++) {
    const start = X.indptr[row];
    const end = X.indptr[row + 1];
    for (let i = start; i < end; i++) values[X.indices[i]] = X.data[i]!;
    visit(row, values, 0);
    for (let i = start; i < end; i++) values[X.indices[i]] = absent;
  }
}
