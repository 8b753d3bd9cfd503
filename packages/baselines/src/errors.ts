import { GeneformerError } from '@geneformer-ts/core';

export { NotFittedError } from '@geneformer-ts/analysis';

/** Thrown when all training rows have the same class. */
export class OneClassError extends GeneformerError {
  readonly tag = 'OneClassError';

  constructor(
    readonly model: string,
    readonly label: number,
  ) {
    super(`${model}: every training row has class ${label}; give rows of at least two classes, or use DummyClassifier`);
  }
}

/** Thrown when a library chosen as the engine cannot be loaded or fails; `cause` is its error. */
export class ForeignEngineError extends GeneformerError {
  readonly tag = 'ForeignEngineError';

  constructor(
    readonly engine: string,
    readonly problem: string,
    readonly remedy: string,
    options: { cause: unknown },
  ) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(`${engine}: ${problem} (${reason.split('\n', 1)[0]}); ${remedy}`, options);
  }
}

/** Thrown when a saved model is damaged or of an unsupported kind. */
export class ModelFormatError extends GeneformerError {
  readonly tag = 'ModelFormatError';

  constructor(
    readonly file: string,
    readonly field: string,
    readonly value: unknown,
    readonly expected: string,
    readonly remedy: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${field}: found ${described(value)}; expected ${expected}; ${remedy}`, options);
  }
}

/** Describes a JSON value in a few words, so that long lists do not fill the message. */
function described(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
