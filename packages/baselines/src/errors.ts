import { AnalysisError as BaselineError } from '@geneformer-ts/analysis';

// One base class for both packages: a matrix is refused with the same error wherever it is checked.
export { NotFittedError, OptionError, ShapeError, ValueError } from '@geneformer-ts/analysis';
export { BaselineError };

/** Thrown when the training rows hold fewer than two classes. */
export class OneClassError extends BaselineError {
  readonly tag = 'OneClass';

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
export class ForeignEngineError extends BaselineError {
  readonly tag = 'ForeignEngine';

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
export class ModelFormatError extends BaselineError {
  readonly tag = 'ModelFormat';

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
export class ThreadError extends BaselineError {
  readonly tag = 'Thread';

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`threads: a helper thread failed (${reason}); fit with threads: 1`, { cause });
  }
}
