import { denseScores, gather, sparseIfWorthIt } from '@geneformer-ts/analysis';
import type { Matrix } from '@geneformer-ts/core';
import { probabilitiesOf } from '../labels.js';
import { NotFittedError } from '../errors.js';

/** A fitted linear model. */
export interface LinearState {
  cols: number;
  classes: number;
  /** Classes that had training rows. */
  present: Int32Array;
  /** Rows of weights: one for two present classes, else one each. */
  outputs: number;
  /** `weights[col * outputs + k]`, the intercepts last. */
  weights: Float64Array;
}

/** Coefficients, one row an output. */
export function coefficients(model: string, state: LinearState | undefined): Float64Array[] {
  if (!state) throw new NotFittedError(model);
  const { outputs, weights, cols } = state;
  return Array.from({ length: outputs }, (_, k) =>
    Float64Array.from({ length: cols }, (__, col) => weights[col * outputs + k]),
  );
}

/** Intercepts, one an output. */
export function intercepts(model: string, state: LinearState | undefined): Float64Array {
  if (!state) throw new NotFittedError(model);
  return state.weights.slice(state.cols * state.outputs);
}

/** Scores of each row, `[row * outputs + k]`. */
export function linearScores({ cols, outputs, weights }: LinearState, X: Matrix): Float64Array {
  const out = new Float64Array(X.rows * outputs);
  const lines = sparseIfWorthIt(X);
  if (lines) gather(lines, weights, outputs, 0, X.rows, out);
  else denseScores(X.data, cols, weights, outputs, 0, X.rows, out);
  for (let i = 0; i < out.length; i++) out[i] += weights[cols * outputs + (i % outputs)];
  return out;
}

/** Class probabilities of each row: the softmax of its scores, or their logistic function for two classes. */
export function linearProbabilities(state: LinearState, X: Matrix): Float32Array {
  const { classes, present, outputs } = state;
  const scores = linearScores(state, X);
  const byOutput = scores.map((_, i) => scores[(i % X.rows) * outputs + Math.floor(i / X.rows)]);
  return probabilitiesOf(byOutput, X.rows, classes, present);
}
