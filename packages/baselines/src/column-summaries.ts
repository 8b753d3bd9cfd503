import type { CsrMatrix, DenseMatrix } from '@geneformer-ts/core';

/**
 * Three honest features of each column, which become its row: share of the rows where it is not 0, mean over all rows, and mean over
 * the rows where it is not 0. Of levels of cells × genes they are a gene's detection rate and mean level; of rank features the last is
 * its mean rank. A gene classifier should do better with all cells than with these.
 */
export function columnSummaries(X: CsrMatrix): DenseMatrix {
  const data = new Float32Array(X.cols * 3);
  const seen = new Float64Array(X.cols);
  const sum = new Float64Array(X.cols);
  const stored = X.indptr[X.rows];
  for (let i = 0; i < stored; i++) {
    if (X.data[i] === 0) continue;
    seen[X.indices[i]]++;
    sum[X.indices[i]] += X.data[i];
  }
  for (let col = 0; col < X.cols; col++) {
    data[3 * col] = seen[col] / Math.max(1, X.rows);
    data[3 * col + 1] = sum[col] / Math.max(1, X.rows);
    data[3 * col + 2] = sum[col] / Math.max(1, seen[col]);
  }
  return { rows: X.cols, cols: 3, data };
}
