import { isSparse, type Matrix } from '@geneformer-ts/core';
import type { Points } from './sparse-rows.js';

/** First and second moments of columns. */
export interface ColumnMoments {
  mean: Float64Array;
  /** Sum of squares about the mean, or about 0. */
  squares: Float64Array;
}

/**
 * Returns the first and second moments of each column.
 *
 * @param about0 use 0 instead of the means
 */
export function columnMoments(X: Matrix | Points, about0: boolean): ColumnMoments {
  const mean = new Float64Array(X.cols);
  const squares = new Float64Array(X.cols);
  const add = (col: number, value: number) => {
    mean[col] += value;
    squares[col] += value * value;
  };
  if (isSparse(X)) {
    const stored = X.indptr[X.rows];
    for (let i = 0; i < stored; i++) add(X.indices[i], X.data[i]);
  } else {
    for (let row = 0, i = 0; row < X.rows; row++) for (let col = 0; col < X.cols; col++, i++) add(col, X.data[i]);
  }
  if (about0) return { mean: mean.fill(0), squares };
  for (let col = 0; col < X.cols; col++) {
    mean[col] /= X.rows;
    squares[col] = Math.max(0, squares[col] - X.rows * mean[col] ** 2);
  }
  return { mean, squares };
}
