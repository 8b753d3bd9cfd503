import { type LinearProblem, scoreRows, sparseProduct, sumColumns } from './linear-problem.js';

/**
 * Returns the weighted cross-entropy of the softmax of `scores[row * outputs + k]`, summed over the rows `from … to - 1`, and replaces
 * the scores by the derivatives of the loss with respect to them.
 */
function softmaxLoss(scores: Float64Array, y: Int32Array, weightOf: Float64Array, from: number, to: number): number {
  const outputs = scores.length / y.length;
  let loss = 0;
  for (let row = from; row < to; row++) {
    const start = row * outputs;
    const end = start + outputs;
    const label = y[row];
    const weight = weightOf[label];
    const own = scores[start + label];
    let most = own;
    for (let at = start; at < end; at++) if (scores[at] > most) most = scores[at]!;
    let sum = 0;
    for (let at = start; at < end; at++) sum += scores[at] = Math.exp(scores[at] - most);
    loss += weight * (Math.log(sum) + most - own);
    const share = weight / sum;
    for (let at = start; at < end; at++) scores[at] *= share;
    scores[start + label] -= weight;
  }
  return loss;
}

/** Like {@link softmaxLoss}, for two classes and the log-odds of the second. */
function logisticLoss(scores: Float64Array, y: Int32Array, weightOf: Float64Array, from: number, to: number): number {
  let loss = 0;
  for (let row = from; row < to; row++) {
    const score = scores[row];
    const label = y[row];
    const weight = weightOf[label];
    // log(1 + e^s) in a form without overflow for large s and without loss of precision for small s.
    const decay = Math.exp(-Math.abs(score));
    loss += weight * (Math.max(score, 0) + Math.log1p(decay) - label * score);
    const probability = score >= 0 ? 1 / (1 + decay) : decay / (1 + decay);
    scores[row] = weight * (probability - label);
  }
  return loss;
}

/** Rows and columns per chunk: multiples of the four rows that dense products process together. */
export const ROWS_PER_CHUNK = 256;
export const COLUMNS_PER_CHUNK = 64;

/** Data and buffers of a logistic regression. */
export interface LogisticProblem extends LinearProblem {
  /** Class of each row, from 0. */
  y: Int32Array;
  /** Weight per row of each class. */
  weightOf: Float64Array;
  /** Loss of each chunk of rows, summed in this order so that threads do not change the sum. */
  losses: Float64Array;
}

/** Returns a function that computes the scores, loss and residuals of a chunk of rows. */
export function logisticRows(problem: LogisticProblem): (chunk: number) => void {
  const { rows, outputs, residuals, y, weightOf, losses } = problem;
  const loss = outputs === 1 ? logisticLoss : softmaxLoss;
  const product = sparseProduct(problem);
  return (chunk) => {
    const from = chunk * ROWS_PER_CHUNK;
    const to = Math.min(from + ROWS_PER_CHUNK, rows);
    scoreRows(problem, from, to, product);
    losses[chunk] = loss(residuals, y, weightOf, from, to);
  };
}

/** Returns a function that computes the gradient of a chunk of columns. */
export function gradientColumns(problem: LinearProblem): (chunk: number) => void {
  const product = sparseProduct(problem);
  return (chunk) => {
    const from = chunk * COLUMNS_PER_CHUNK;
    sumColumns(problem, from, Math.min(from + COLUMNS_PER_CHUNK, problem.cols + 1), product);
  };
}
