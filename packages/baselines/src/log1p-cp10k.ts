import { type CsrMatrix, ShapeError, ValueError } from '@geneformer-ts/core';

/**
 * Counts per ten thousand, then log(1 + x): scanpy's `normalize_total(target_sum=1e4)` and `log1p`. Zeros stay zeros, so the
 * result is as sparse as the counts. A row that sums to 0 is left as it is.
 *
 * @param X counts, one row a cell
 * @param totals counts of each cell, for when X holds only some of its genes; default the sum of each row
 * @throws ShapeError when there is not one total a row, ValueError for a negative count
 */
export function log1pCp10k(X: CsrMatrix, totals?: Float64Array): CsrMatrix {
  if (totals && totals.length !== X.rows) throw new ShapeError('totals', totals.length, X.rows, 'give one total a row');
  const data = new Float32Array(X.indptr[X.rows]);
  for (let row = 0; row < X.rows; row++) {
    const start = X.indptr[row];
    const end = X.indptr[row + 1];
    let sum = 0;
    for (let i = start; i < end; i++) {
      if (X.data[i] < 0) throw new ValueError(`X.data[${i}]`, X.data[i], 'give raw counts, which are 0 or more');
      sum += X.data[i];
    }
    const total = totals === undefined ? sum : totals[row];
    const scale = total > 0 ? 1e4 / total : 1;
    for (let i = start; i < end; i++) data[i] = Math.log1p(X.data[i] * scale);
  }
  return { rows: X.rows, cols: X.cols, indptr: X.indptr, indices: X.indices, data };
}
