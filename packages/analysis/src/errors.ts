import { ArgumentError, GeneformerError } from '@geneformer-ts/core';

/** Thrown when a model is used before it has been fitted. */
export class NotFittedError extends GeneformerError {
  readonly tag = 'NotFittedError';

  /**
   * @param wanted the requested result
   * @param call how the model is fitted
   */
  constructor(
    readonly model: string,
    wanted = 'predictions',
    call = 'fit(X, y, classes)',
  ) {
    super(`${model}: ${wanted} are available only after fit(); call ${call} first`);
  }
}

/** Thrown when the caller's signal stopped a long computation. */
export class CancelledError extends GeneformerError {
  readonly tag = 'CancelledError';

  constructor(readonly stage: string) {
    super(`${stage}: canceled by the signal of the caller`);
  }
}

/** @throws ArgumentError when `value` is not a whole number of at least `least` */
export function checkCount(option: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least) {
    throw ArgumentError.of(option, value, `a whole number of at least ${least}`);
  }
}
