import { isSparse, type Matrix } from '@geneformer-ts/core';

/** First and second moments of columns. */
export interface ColumnMoments {
  mean: Float64Array;
  /** Sum of squares about the mean, or about 0. */
  squares: Float64Array;
}

/** @param about0 take the means for 0 */
export function columnMoments(X: Matrix, about0: boolean): ColumnMoments {
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

/**
 * Roughly the second derivative of a linear model's loss by each weight, `[col * outputs + k]`, the intercepts last. Weights differ in
 * it by orders of magnitude, as genes do in level and classes in number; a descent that knows it takes far fewer steps.
 *
 * @param perRow second derivative of a row's loss by the score of output k
 */
export function weightCurvature(
  { squares }: ColumnMoments,
  rows: number,
  perRow: Float64Array,
  penalty: number,
): Float64Array {
  const outputs = perRow.length;
  const cols = squares.length;
  return Float64Array.from({ length: (cols + 1) * outputs }, (_, i) => {
    const col = Math.floor(i / outputs);
    const factor = perRow[i % outputs];
    return col < cols ? factor * squares[col] + penalty : factor * rows;
  });
}
