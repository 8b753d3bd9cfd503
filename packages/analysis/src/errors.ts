import { GeneformerError } from '@geneformer-ts/core';

/** Base class of the errors that this package throws; narrow by `tag` or with `instanceof`. */
export abstract class AnalysisError extends GeneformerError {}

/** Thrown when a matrix and what goes with it (labels, fitted columns, another matrix) do not fit together. */
export class ShapeError extends AnalysisError {
  readonly tag = 'Shape';

  constructor(
    readonly field: string,
    readonly actual: number,
    readonly expected: number,
    readonly remedy: string,
  ) {
    super(`${field}: ${actual} where ${expected} is needed; ${remedy}`);
  }
}

/** Thrown when a value of the features or labels cannot be learned from: NaN, infinite, or a label out of range. */
export class ValueError extends AnalysisError {
  readonly tag = 'Value';

  constructor(
    readonly field: string,
    readonly value: number,
    readonly remedy: string,
  ) {
    super(`${field}: ${value} is not possible; ${remedy}`);
  }
}

/** Thrown when an option has a value that nothing can be fitted with. */
export class OptionError extends AnalysisError {
  readonly tag = 'Option';

  constructor(
    readonly option: string,
    readonly value: unknown,
    readonly expected: string,
  ) {
    super(`${option}: ${String(value)} is not possible; use ${expected}`);
  }
}

/** Thrown when a model is used before it has been fitted. */
export class NotFittedError extends AnalysisError {
  readonly tag = 'NotFitted';

  /**
   * @param wanted what was asked for
   * @param call how the model is fitted
   */
  constructor(
    readonly model: string,
    wanted = 'predictions',
    call = 'fit(X, y, classes)',
  ) {
    super(`${model}: ${wanted} were asked for before fit(); call ${call} first`);
  }
}

/** Thrown when the caller's signal stopped a long computation. */
export class CancelledError extends AnalysisError {
  readonly tag = 'Cancelled';

  constructor(readonly stage: string) {
    super(`${stage}: cancelled by the caller's signal`);
  }
}

/** @throws OptionError when `value` is not a whole number of at least `least` */
export function checkCount(option: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least)
    throw new OptionError(option, value, `a whole number of at least ${least}`);
}
