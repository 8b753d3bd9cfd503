import { type CsrMatrix, type DenseMatrix, isSparse, type Matrix, ShapeError, ValueError } from '@geneformer-ts/core';

/**
 * Returns the given rows, in the given order; a row may occur more than once.
 *
 * @throws ValueError when a row does not exist
 */
export function selectRows(X: DenseMatrix, rows: Int32Array): DenseMatrix;
export function selectRows(X: CsrMatrix, rows: Int32Array): CsrMatrix;
export function selectRows(X: Matrix, rows: Int32Array): Matrix;
export function selectRows(X: Matrix, rows: Int32Array): Matrix {
  checkRange('rows', rows, X.rows);
  if (!isSparse(X)) {
    const data = new Float32Array(rows.length * X.cols);
    rows.forEach((row, i) => data.set(X.data.subarray(row * X.cols, (row + 1) * X.cols), i * X.cols));
    return { rows: rows.length, cols: X.cols, data };
  }
  const indptr = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => (indptr[i + 1] = indptr[i] + X.indptr[row + 1] - X.indptr[row]));
  const stored = indptr[rows.length];
  const indices = new Int32Array(stored);
  const data = X.data instanceof Float32Array ? new Float32Array(stored) : new Float64Array(stored);
  rows.forEach((row, i) => {
    indices.set(X.indices.subarray(X.indptr[row], X.indptr[row + 1]), indptr[i]);
    data.set(X.data.subarray(X.indptr[row], X.indptr[row + 1]), indptr[i]);
  });
  return { rows: rows.length, cols: X.cols, indptr, indices, data };
}

/**
 * Returns the given columns, in the given order, without duplicates.
 *
 * @throws ValueError when a column does not exist or is named twice
 */
export function selectColumns(X: DenseMatrix, cols: Int32Array): DenseMatrix;
export function selectColumns(X: CsrMatrix, cols: Int32Array): CsrMatrix;
export function selectColumns(X: Matrix, cols: Int32Array): Matrix;
export function selectColumns(X: Matrix, cols: Int32Array): Matrix {
  checkRange('cols', cols, X.cols);
  const place = new Int32Array(X.cols).fill(-1);
  cols.forEach((col, i) => {
    if (place[col] !== -1) throw new ValueError(`cols[${i}]`, col, 'name each column once');
    place[col] = i;
  });
  return isSparse(X) ? sparseColumns(X, place, cols.length) : denseColumns(X, cols);
}

function sparseColumns(X: CsrMatrix, place: Int32Array, count: number): CsrMatrix {
  const end = X.indptr[X.rows];
  let stored = 0;
  for (let i = 0; i < end; i++) if (place[X.indices[i]] !== -1) stored++;
  const indptr = new Int32Array(X.rows + 1);
  const indices = new Int32Array(stored);
  const data = X.data instanceof Float32Array ? new Float32Array(stored) : new Float64Array(stored);
  let next = 0;
  for (let row = 0; row < X.rows; row++) {
    for (let i = X.indptr[row]; i < X.indptr[row + 1]; i++) {
      const col = place[X.indices[i]];
      if (col === -1) continue;
      indices[next] = col;
      data[next++] = X.data[i]!;
    }
    indptr[row + 1] = next;
  }
  return { rows: X.rows, cols: count, indptr, indices, data };
}

function denseColumns(X: DenseMatrix, cols: Int32Array): DenseMatrix {
  const count = cols.length;
  const data = new Float32Array(X.rows * count);
  for (let row = 0; row < X.rows; row++) {
    for (let i = 0; i < count; i++) data[row * count + i] = X.data[row * X.cols + cols[i]]!;
  }
  return { rows: X.rows, cols: count, data };
}

function checkRange(field: string, chosen: Int32Array, size: number): void {
  chosen.forEach((value, i) => {
    if (value < 0 || value >= size) throw new ValueError(`${field}[${i}]`, value, `use 0 to ${size - 1}`);
  });
}

/** Returns the transposed matrix, such as genes as samples and cells as features. */
export function transpose(X: CsrMatrix): CsrMatrix {
  const stored = X.indptr[X.rows];
  const indptr = new Int32Array(X.cols + 1);
  for (let i = 0; i < stored; i++) indptr[X.indices[i] + 1]++;
  for (let col = 0; col < X.cols; col++) indptr[col + 1] += indptr[col];
  const next = indptr.slice(0, X.cols);
  const indices = new Int32Array(stored);
  const data = X.data instanceof Float32Array ? new Float32Array(stored) : new Float64Array(stored);
  for (let row = 0; row < X.rows; row++) {
    for (let i = X.indptr[row]; i < X.indptr[row + 1]; i++) {
      const at = next[X.indices[i]]++;
      indices[at] = row;
      data[at] = X.data[i]!;
    }
  }
  return { rows: X.cols, cols: X.rows, indptr, indices, data };
}

/**
 * Stacks blocks of rows into one matrix, such as the blocks of a reader of `@geneformer-ts/io`.
 *
 * @throws ShapeError when a block has another number of columns than the first
 */
export async function stackRows(blocks: AsyncIterable<CsrMatrix> | Iterable<CsrMatrix>): Promise<CsrMatrix> {
  const kept: CsrMatrix[] = [];
  for await (const block of blocks) kept.push(block);
  const cols = kept[0]?.cols ?? 0;
  const rows = kept.reduce((sum, block) => sum + block.rows, 0);
  const stored = kept.reduce((sum, block) => sum + block.indptr[block.rows], 0);
  const stacked = {
    rows,
    cols,
    indptr: new Int32Array(rows + 1),
    indices: new Int32Array(stored),
    data: new Float32Array(stored),
  };
  let row = 0;
  let at = 0;
  for (const block of kept) {
    if (block.cols !== cols) throw new ShapeError('cols', block.cols, cols, 'stack blocks of one matrix');
    const size = block.indptr[block.rows];
    stacked.indices.set(block.indices.subarray(0, size), at);
    stacked.data.set(block.data.subarray(0, size), at);
    for (let i = 0; i < block.rows; i++) stacked.indptr[++row] = at + block.indptr[i + 1];
    at += size;
  }
  return stacked;
}
