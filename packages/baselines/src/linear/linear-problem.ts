import { denseGradient, denseScores, gather, simdGather, type Gather } from '@geneformer-ts/analysis';
import type { WasmMemory } from '@geneformer-ts/core';

/**
 * Data of a linear fit, and the buffers that every evaluation of the loss writes. Weights and gradient are `[col * outputs + k]`,
 * residuals `[row * outputs + k]`; the intercepts follow the last column.
 */
export interface LinearProblem {
  rows: number;
  cols: number;
  outputs: number;
  features: Features;
  /** The memory that contains all arrays, where there are several outputs and it is to be had: their products are then faster. */
  memory?: WasmMemory;
  weights: Float64Array;
  /** Scores of each row, later replaced by the derivatives of the loss with respect to them. */
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

/** Returns the fastest function for sparse products of the problem. */
export function sparseProduct({ features, memory, outputs }: LinearProblem): Gather {
  if (!memory) return gather;
  return simdGather(memory, outputs, features.data instanceof Float32Array ? Float32Array : Float64Array);
}

/** Computes `residuals = X W + b` for the rows `from … to - 1`. */
export function scoreRows(problem: LinearProblem, from: number, to: number, product: Gather = gather): void {
  const { cols, outputs, features, weights, residuals } = problem;
  if ('indptr' in features) product(features, weights, outputs, from, to, residuals);
  else denseScores(features.data, cols, weights, outputs, from, to, residuals);
  const intercepts = cols * outputs;
  for (let row = from; row < to; row++) {
    for (let k = 0; k < outputs; k++) residuals[row * outputs + k] += weights[intercepts + k];
  }
}

/** Computes `gradient = Xᵀ residuals` for the columns `from … to - 1`; column `cols` stands for the intercepts. */
export function sumColumns(problem: LinearProblem, from: number, to: number, product: Gather = gather): void {
  const { rows, cols, outputs, features, residuals, gradient } = problem;
  const last = Math.min(to, cols);
  if ('indptr' in features) product(features.byColumn, residuals, outputs, from, last, gradient);
  else denseGradient(features.data, rows, cols, residuals, outputs, from, last, gradient);
  if (to <= cols) return;
  for (let k = 0; k < outputs; k++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += residuals[row * outputs + k];
    gradient[cols * outputs + k] = sum;
  }
}
