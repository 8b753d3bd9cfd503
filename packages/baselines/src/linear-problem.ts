/**
 * What a linear model is fitted on, and what every evaluation of its loss writes. Weights, gradient and residuals lie output by output
 * within a column or row, `[col * outputs + k]` and `[row * outputs + k]`; the intercepts are the column after the last.
 */
export interface LinearProblem {
  rows: number;
  cols: number;
  outputs: number;
  features: Features;
  weights: Float64Array;
  /** Scores of each row, then the loss's derivatives by them. */
  residuals: Float64Array;
  gradient: Float64Array;
}

/** Features by row, for the scores, and by column, for the gradient. */
export type Features =
  | { data: Float32Array }
  | {
      indptr: Int32Array;
      indices: Int32Array;
      data: Float32Array | Float64Array;
      byColumn: { indptr: Int32Array; indices: Int32Array; data: Float32Array | Float64Array };
    };
