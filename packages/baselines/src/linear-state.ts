import { NotFittedError } from './errors.js';

/** A fitted linear model. */
export interface LinearState {
  cols: number;
  classes: number;
  /** Classes that had training rows. */
  present: Int32Array;
  /** Rows of weights: one for two present classes, else one each. */
  outputs: number;
  /** `weights[k * (cols + 1) + j]`, the intercept last. */
  weights: Float64Array;
}

/** Coefficients, one row an output. */
export function coefficients(model: string, state: LinearState | undefined): Float64Array[] {
  return rowsOfWeights(model, state).map((row) => row.slice(0, -1));
}

/** Intercepts, one an output. */
export function intercepts(model: string, state: LinearState | undefined): Float64Array {
  return Float64Array.from(rowsOfWeights(model, state), (row) => row.at(-1)!);
}

function rowsOfWeights(model: string, state: LinearState | undefined): Float64Array[] {
  if (!state) throw new NotFittedError(model);
  const { outputs, weights, cols } = state;
  return Array.from({ length: outputs }, (_, k) => weights.subarray(k * (cols + 1), (k + 1) * (cols + 1)));
}
