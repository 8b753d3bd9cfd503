import { GeneformerError } from '@geneformer-ts/core';

/** An experiment file has an invalid, unknown or missing value. */
export class ExperimentError extends GeneformerError {
  readonly tag = 'ExperimentError';
  constructor(
    readonly file: string,
    readonly key: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${key ? `${key}: ` : ''}${problem}`, options);
  }
}

/** A stage is named that does not exist, or that is not an input of the stage that runs. */
export class StageError extends GeneformerError {
  readonly tag = 'StageError';
  constructor(
    readonly stage: string,
    problem: string,
  ) {
    super(`stage "${stage}": ${problem}`);
  }
}

/** The data do not fit the experiment: a class without cells, more folds than groups, a missing source folder. */
export class DataError extends GeneformerError {
  readonly tag = 'DataError';
  constructor(
    readonly file: string,
    readonly field: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${field}: ${problem}`, options);
  }
}

/** A model was about to be trained on genes or cells that it is tested on. The run stops, because its result would be invalid. */
export class LeakError extends GeneformerError {
  readonly tag = 'LeakError';
  constructor(
    readonly where: string,
    readonly leaked: readonly string[],
    /** The kind of things that leaked: genes, cells, values of a column. */
    what = 'genes',
  ) {
    const some = leaked.slice(0, 3).join(', ');
    super(`${where}: ${leaked.length} tested ${what} are also in the training data (${some}); remove them from it`);
  }
}

/** A stage gave a different output when it was run again with the same parameters, inputs and code. */
export class NotReproducibleError extends GeneformerError {
  readonly tag = 'NotReproducibleError';
  constructor(
    readonly stage: string,
    /** The names of the outputs that differ, or `facts`. */
    readonly differing: readonly string[],
    target: string,
  ) {
    super(
      `stage "${stage}": a damaged output was recomputed, and ${differing.join(', ')} differ from the recorded digests; ` +
        `accept the new output with: npx nx run ${target}`,
    );
  }
}

/** A damaged output cannot be recomputed, because the settings, the code or the input files have changed since. */
export class StaleInputError extends GeneformerError {
  readonly tag = 'StaleInputError';
  constructor(
    readonly stage: string,
    /** The part that changed: settings, code or input files. */
    readonly changed: string,
    target: string,
  ) {
    super(
      `stage "${stage}": a damaged output cannot be recomputed, because ${changed} changed since it was made; ` +
        `undo the change, or run this stage and the stages after it again with: npx nx run ${target}`,
    );
  }
}

/** A file of the cache changed while it was copied to the results. */
export class DamagedCopyError extends GeneformerError {
  readonly tag = 'DamagedCopyError';
  constructor(
    readonly target: string,
    source: string,
  ) {
    super(
      `${target}: the copy differs from the stage's output (${source}); run the same command again to recompute it`,
    );
  }
}

/** Another process has taken over the lock of a stage, because this one stopped updating it. */
export class LockLostError extends GeneformerError {
  readonly tag = 'LockLostError';
  constructor(
    readonly stage: string,
    readonly lock: string,
  ) {
    super(
      `${lock}: stage "${stage}" was taken over by another process while this one was suspended, and no result was published; run the same command again`,
    );
  }
}

/** The signals by which a user, the system or Nx ends a run, and their numbers. */
export const endingSignals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** A signal ended the run. Finished work and checkpoints are kept. */
export class InterruptedError extends GeneformerError {
  readonly tag = 'InterruptedError';
  constructor(
    readonly stage: string,
    readonly by: keyof typeof endingSignals = 'SIGINT',
  ) {
    super(`stage "${stage}" was ended by ${by}; run the same command again to resume from its last checkpoint`);
  }

  /** The exit code that a shell reports for a process ended by this signal: 130 for SIGINT. */
  get exitCode(): number {
    return 128 + endingSignals[this.by];
  }
}

/** The system refuses to read or write a path: a full disk, a read-only or missing folder. */
export class StorageError extends GeneformerError {
  readonly tag = 'StorageError';
  constructor(
    readonly path: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${problem}`, options);
  }
}

/** A task failed in a process of its own, which gave the text of the error. */
export class TaskFailedError extends GeneformerError {
  readonly tag = 'TaskFailedError';
  constructor(
    /** What the task's process printed about it, ready to be printed. */
    readonly text: string,
  ) {
    super(text);
  }
}
