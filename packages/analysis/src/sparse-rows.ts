import { isSparse, toSparse, type CsrMatrix, type DenseMatrix, type Matrix } from '@geneformer-ts/core';

/** Dense rows in single or double precision, such as embeddings. */
export type Points = DenseMatrix<Float32Array | Float64Array>;

/** Above this share of zeros, skipping them costs less than multiplying by them. */
const SPARSE_BELOW = 0.4;

/** A sparse matrix when X is one, or has enough zeros for it to pay. */
export function sparseIfWorthIt(X: Matrix | Points): CsrMatrix | undefined {
  if (isSparse(X)) return X;
  let nonZero = 0;
  for (let i = 0; i < X.data.length; i++) if (X.data[i] !== 0) nonZero++;
  return nonZero < SPARSE_BELOW * X.data.length ? toSparse(X) : undefined;
}

/**
 * Calls `visit(row, values, offset)` for each row, its features at `values[offset …]` whether X is dense or sparse.
 *
 * @param absent value of the entries that a sparse matrix does not store
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
