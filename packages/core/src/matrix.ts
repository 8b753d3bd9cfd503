import { ArgumentError, ShapeError, ValueError } from './errors.js';

/** A matrix with every value written out: one row per sample. */
export interface DenseMatrix<Values extends Float32Array | Float64Array = Float32Array> {
  rows: number;
  cols: number;
  /** rows × cols values, row by row. */
  data: Values;
}

/** A matrix in compressed sparse rows (scipy's `csr_matrix`): columns of a row in any order, none twice. */
export interface CsrMatrix {
  rows: number;
  cols: number;
  /** Start of each row in `indices` and `data`: rows + 1 offsets, from 0. */
  indptr: Int32Array;
  /** Column of each stored value. */
  indices: Int32Array;
  data: Float32Array | Float64Array;
}

export type Matrix = DenseMatrix | CsrMatrix;

/** Tells whether a matrix is stored as compressed sparse rows. */
export function isSparse(X: Matrix | DenseMatrix<Float32Array | Float64Array>): X is CsrMatrix {
  return 'indptr' in X;
}

/**
 * Checks that the sizes agree, that sparse rows are well formed (offsets from 0 that do not decrease, no column twice) and
 * that every value is finite, so that a NaN cannot spread silently. Reads offsets, columns and values once.
 *
 * @param allowMissing accept NaN
 * @throws ShapeError, ValueError; ArgumentError for what is not a matrix
 */
export function checkMatrix(X: Matrix | DenseMatrix<Float32Array | Float64Array>, allowMissing = false): void {
  if (!ArrayBuffer.isView((X as Partial<Matrix> | null | undefined)?.data)) {
    throw new ArgumentError(
      'X',
      'is not a matrix',
      'give { rows, cols, data }, and indptr and indices if it is sparse',
    );
  }
  const { rows, cols, data } = X;
  for (const [field, size] of [
    ['X.rows', rows],
    ['X.cols', cols],
  ] as const) {
    if (!Number.isSafeInteger(size) || size < 0) throw new ValueError(field, size, 'use a whole number from 0');
  }
  if (isSparse(X)) {
    checkRows(X);
  } else if (data.length !== rows * cols) {
    throw new ShapeError('X.data', data.length, rows * cols, 'give rows × cols values');
  }
  for (let i = 0; i < data.length; i++) {
    // Infinity - Infinity and NaN - NaN are both NaN: one comparison finds either.
    if (data[i] - data[i] !== 0 && !(allowMissing && Number.isNaN(data[i])))
      throw new ValueError(`X.data[${i}]`, data[i], 'replace missing and infinite values');
  }
}

function checkRows({ rows, cols, indptr, indices, data }: CsrMatrix): void {
  if (indptr.length !== rows + 1) {
    throw new ShapeError('X.indptr', indptr.length, rows + 1, 'give one offset per row and one more');
  }
  if (indptr[0] !== 0) throw new ValueError('X.indptr[0]', indptr[0], 'begin the offsets at 0');
  for (let row = 0; row < rows; row++) {
    if (indptr[row + 1] >= indptr[row]) continue;
    throw new ValueError(
      `X.indptr[${row + 1}]`,
      indptr[row + 1],
      `use offsets from ${indptr[row]}, that of the row before`,
    );
  }
  const stored = indptr[rows];
  if (indices.length < stored) throw new ShapeError('X.indices', indices.length, stored, 'give one index per value');
  if (data.length < stored) throw new ShapeError('X.data', data.length, stored, 'give one value per index');
  /** Row that last had each column, counted from 1; made for the first row that is not sorted. */
  let seenIn: Int32Array | undefined;
  for (let row = 0; row < rows; row++) {
    let isSorted = true;
    let before = -1;
    for (let i = indptr[row]; i < indptr[row + 1]; i++) {
      const col = indices[i];
      if (!(col >= 0 && col < cols)) throw new ValueError(`X.indices[${i}]`, col, `use columns from 0 to ${cols - 1}`);
      if (col <= before) isSorted = false;
      before = col;
    }
    if (isSorted) continue;
    seenIn ??= new Int32Array(cols);
    for (let i = indptr[row]; i < indptr[row + 1]; i++) {
      if (seenIn[indices[i]] === row + 1) {
        throw new ValueError(`X.indices[${i}]`, indices[i], `use each column once; row ${row} has it twice`);
      }
      seenIn[indices[i]] = row + 1;
    }
  }
}

/**
 * Checks that `y` has one label per row of `X`, from 0 to `classes` − 1.
 *
 * @throws ShapeError, ValueError
 */
export function checkLabels(X: Matrix, y: Int32Array, classes: number): void {
  if (y.length !== X.rows) throw new ShapeError('y', y.length, X.rows, 'give one label per row of X');
  for (let row = 0; row < y.length; row++) {
    const label = y[row];
    if (label < 0 || label >= classes) {
      throw new ValueError(`y[${row}]`, label, `use labels from 0 to ${classes - 1}, or raise classes`);
    }
  }
}

/** Returns the matrix with every value written out; a dense matrix itself. */
export function toDense(X: Matrix): DenseMatrix {
  if (!isSparse(X)) return X;
  const data = new Float32Array(X.rows * X.cols);
  for (let row = 0; row < X.rows; row++) {
    for (let i = X.indptr[row]; i < X.indptr[row + 1]; i++) data[row * X.cols + X.indices[i]] = X.data[i]!;
  }
  return { rows: X.rows, cols: X.cols, data };
}

/** Returns the nonzero values as compressed sparse rows; a sparse matrix itself. */
export function toSparse(X: Matrix | DenseMatrix<Float32Array | Float64Array>): CsrMatrix {
  if (isSparse(X)) return X;
  const { rows, cols, data } = X;
  let stored = 0;
  for (let i = 0; i < data.length; i++) if (data[i] !== 0) stored++;
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(stored);
  const values = data instanceof Float64Array ? new Float64Array(stored) : new Float32Array(stored);
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
