import { denseScores, gather, sparseIfWorthIt } from '@geneformer-ts/analysis';
import type { Matrix } from '@geneformer-ts/core';
import { probabilitiesOf } from '../labels.js';
import { NotFittedError } from '../errors.js';

/** State of a fitted linear model. */
export interface LinearState {
  cols: number;
  classes: number;
  /** Classes that had training rows. */
  present: Int32Array;
  /** Number of outputs: 1 for two present classes, otherwise the number of present classes. */
  outputs: number;
  /** `weights[col * outputs + k]`, the intercepts last. */
  weights: Float64Array;
}

/** Returns the coefficients, one array per output. */
export function coefficients(model: string, state: LinearState | undefined): Float64Array[] {
  if (!state) throw new NotFittedError(model);
  const { outputs, weights, cols } = state;
  return Array.from({ length: outputs }, (_, k) =>
    Float64Array.from({ length: cols }, (__, col) => weights[col * outputs + k]),
  );
}

/** Returns the intercepts, one per output. */
export function intercepts(model: string, state: LinearState | undefined): Float64Array {
  if (!state) throw new NotFittedError(model);
  return state.weights.slice(state.cols * state.outputs);
}

/** Returns the scores of each row, `[row * outputs + k]`. */
export function linearScores({ cols, outputs, weights }: LinearState, X: Matrix): Float64Array {
  const out = new Float64Array(X.rows * outputs);
  const lines = sparseIfWorthIt(X);
  if (lines) gather(lines, weights, outputs, 0, X.rows, out);
  else denseScores(X.data, cols, weights, outputs, 0, X.rows, out);
  for (let i = 0; i < out.length; i++) out[i] += weights[cols * outputs + (i % outputs)];
  return out;
}

/** Returns class probabilities, rows × classes: the softmax of the scores, or their logistic function for two classes. */
export function linearProbabilities(state: LinearState, X: Matrix): Float32Array {
  const { classes, present, outputs } = state;
  const scores = linearScores(state, X);
  const byOutput = scores.map((_, i) => scores[(i % X.rows) * outputs + Math.floor(i / X.rows)]);
  return probabilitiesOf(byOutput, X.rows, classes, present);
}
