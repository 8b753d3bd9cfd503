import type { LinearProblem } from './linear-problem.js';
import { scoreRows, sumColumns } from './linear-products.js';
import { logisticLoss, softmaxLoss } from './logistic-loss.js';

/** Rows and columns of one chunk; whole numbers of the four rows that dense products take at a time. */
export const ROWS_A_CHUNK = 256;
export const COLUMNS_A_CHUNK = 64;

/** A logistic regression's problem. */
export interface LogisticProblem extends LinearProblem {
  /** Class of each row, from 0. */
  y: Int32Array;
  /** Weight of a row of each class. */
  weightOf: Float64Array;
  /** Loss of each chunk of rows: summed in this order, whoever did them. */
  losses: Float64Array;
}

/** Scores, loss and residuals of a chunk of rows. */
export function logisticRows(problem: LogisticProblem): (chunk: number) => void {
  const { rows, outputs, residuals, y, weightOf, losses } = problem;
  const loss = outputs === 1 ? logisticLoss : softmaxLoss;
  return (chunk) => {
    const from = chunk * ROWS_A_CHUNK;
    const to = Math.min(from + ROWS_A_CHUNK, rows);
    scoreRows(problem, from, to);
    losses[chunk] = loss(residuals, y, weightOf, from, to);
  };
}

/** Gradient of a chunk of columns. */
export function gradientColumns(problem: LinearProblem): (chunk: number) => void {
  return (chunk) => {
    const from = chunk * COLUMNS_A_CHUNK;
    sumColumns(problem, from, Math.min(from + COLUMNS_A_CHUNK, problem.cols + 1));
  };
}
