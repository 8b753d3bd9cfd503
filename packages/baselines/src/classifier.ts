import { ArgumentError, checkChoice, checkLabels, checkMatrix, type Matrix, ShapeError } from '@geneformer-ts/core';
import { NotFittedError, OneClassError } from './errors.js';

/** A classifier: `fit` on labeled rows, then predict class probabilities or classes. */
export interface Classifier {
  /**
   * Fits the model on training rows and returns it.
   *
   * @param X features, one row per sample
   * @param y class of each row, 0 to classes - 1; a class may be missing from the training rows
   */
  fit(X: Matrix, y: Int32Array, classes: number): this;
  /** Returns class probabilities, rows × classes, row-major; each row sums to 1. */
  predictProba(X: Matrix): Float32Array;
  /** Returns the most probable class of each row; the lower class number wins a tie. */
  predict(X: Matrix): Int32Array;
}

/** How a model treats NaN: as a missing value, or as an error. */
export type MissingValues = 'missing' | 'error';

/**
 * Checks the arguments of `fit` and returns the number of training rows of each class.
 *
 * @throws ArgumentError, ShapeError, ValueError, OneClassError
 */
export function checkTraining(
  model: string,
  X: Matrix,
  y: Int32Array,
  classes: number,
  nan: MissingValues = 'error',
): Int32Array {
  if (!Number.isInteger(classes) || classes < 2) throw ArgumentError.of('classes', classes, 'at least 2 classes');
  checkMatrix(X, nan === 'missing');
  checkLabels(X, y, classes);
  if (X.rows === 0) throw new ShapeError('X.rows', 0, 1, 'give training rows');
  const counts = new Int32Array(classes);
  for (const label of y) counts[label]++;
  if (counts[y[0]] === y.length) throw new OneClassError(model, y[0]);
  return counts;
}

/**
 * Checks the arguments of a prediction and returns the fitted state.
 *
 * @throws NotFittedError, ShapeError, ValueError
 */
export function checkFitted<State extends { cols: number }>(
  model: string,
  state: State | undefined,
  X: Matrix,
  nan: MissingValues = 'error',
): State {
  if (!state) throw new NotFittedError(model);
  if (X.cols !== state.cols)
    throw new ShapeError('X.cols', X.cols, state.cols, 'give the columns that the model was fitted on');
  checkMatrix(X, nan === 'missing');
  return state;
}

/** Returns the column of the largest value of each row; the first column wins a tie. */
export function argmaxRows(values: Float32Array | Float64Array, classes: number): Int32Array {
  return new Int32Array(values.length / classes).map((_, row) => {
    let best = 0;
    for (let label = 1; label < classes; label++) {
      if (values[row * classes + label] > values[row * classes + best]) best = label;
    }
    return best;
  });
}

export function checkPositive(option: string, value: number): void {
  if (!(value > 0)) throw ArgumentError.of(option, value, 'a number above 0');
}

/**
 * Checks the options that most classifiers share; undefined values are the defaults.
 *
 * @throws ArgumentError
 */
export function checkShared(options: {
  classWeight?: unknown;
  fitIntercept?: unknown;
  bootstrap?: unknown;
  randomState?: unknown;
  nJobs?: unknown;
}): void {
  const { classWeight, randomState, nJobs } = options;
  if (classWeight !== undefined) checkChoice('classWeight', classWeight, ['balanced']);
  for (const name of ['fitIntercept', 'bootstrap'] as const) {
    const value = options[name];
    if (value !== undefined && typeof value !== 'boolean') throw ArgumentError.of(name, value, 'true or false');
  }
  for (const [name, value, least] of [
    ['randomState', randomState ?? 0, 0],
    ['nJobs', nJobs ?? 1, 1],
  ] as const) {
    if (!Number.isSafeInteger(value) || (value as number) < least) {
      throw ArgumentError.of(name, value, `a whole number of at least ${least}`);
    }
  }
}

/** @throws ArgumentError unless a value is a finite number of at least `least` */
export function checkFinite(option: string, value: number, least = -Infinity): void {
  if (Number.isFinite(value) && value >= least) return;
  throw ArgumentError.of(
    option,
    value,
    least === -Infinity ? 'a finite number' : `a finite number of at least ${least}`,
  );
}
