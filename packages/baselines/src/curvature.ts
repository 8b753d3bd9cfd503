import { isSparse, type Matrix } from './matrix.js';

/**
 * Roughly the second derivative of a linear model's loss by each column's weight, the intercept last: `Σ x² × perRow + penalty`. Columns
 * differ in it by orders of magnitude, as genes do in level; a descent that knows it takes far fewer steps.
 */
export function columnCurvature(X: Matrix, perRow: number, penalty: number): Float64Array {
  const curvature = new Float64Array(X.cols + 1);
  if (isSparse(X)) {
    const stored = X.indptr[X.rows]!;
    for (let i = 0; i < stored; i++) curvature[X.indices[i]!]! += X.data[i]! * X.data[i]!;
  } else {
    for (let row = 0, i = 0; row < X.rows; row++) {
      for (let col = 0; col < X.cols; col++, i++) curvature[col]! += X.data[i]! * X.data[i]!;
    }
  }
  for (let col = 0; col < X.cols; col++) curvature[col] = perRow * curvature[col]! + penalty;
  curvature[X.cols] = perRow * X.rows;
  return curvature;
}
