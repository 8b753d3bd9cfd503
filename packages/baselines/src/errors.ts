import { GeneformerError } from '@geneformer-ts/core';

export { NotFittedError } from '@geneformer-ts/analysis';

/** Thrown when the training rows hold fewer than two classes. */
export class OneClassError extends GeneformerError {
  readonly tag = 'OneClassError';

  constructor(
    readonly model: string,
    readonly label: number,
  ) {
    super(
      `${model}: every training row is of class ${label}; give rows of at least two classes, or use MajorityClassifier`,
    );
  }
}

/** Thrown when another library that was chosen as the engine cannot be loaded or fails; `cause` is what it threw. */
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

/** Thrown when a saved model is damaged, or of a kind that is not read. */
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

/** A value of a JSON file in a few words: a list of a million others is not written out. */
function described(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Thrown when a helper thread fails; `cause` is what it threw. */
export class ThreadError extends GeneformerError {
  readonly tag = 'ThreadError';

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`threads: a helper thread failed (${reason}); fit with threads: 1`, { cause });
  }
}
