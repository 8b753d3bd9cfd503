import { GeneformerError } from '@geneformer-ts/core';

/** An experiment file holds something it should not, or lacks something that it must. */
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

/** The data cannot answer the question as it is put: a class without cells, more folds than groups, no source folder. */
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

/** A learner was about to see genes or cells that it is tested on: a defect of the experiment, and no result may come of it. */
export class LeakError extends GeneformerError {
  readonly tag = 'LeakError';
  constructor(
    readonly where: string,
    readonly leaked: readonly string[],
    /** What they are: genes, cells, values of a column. */
    what = 'genes',
  ) {
    const some = leaked.slice(0, 3).join(', ');
    super(`${where}: ${leaked.length} tested ${what} are among those learned from (${some}); keep the two apart`);
  }
}

/** A stage that was run again from the same parameters, inputs and code made something else than it had made before. */
export class NotReproducibleError extends GeneformerError {
  readonly tag = 'NotReproducibleError';
  constructor(
    readonly stage: string,
    /** What differs: names of outputs, `facts`. */
    readonly differing: readonly string[],
    target: string,
  ) {
    super(
      `stage "${stage}": a damaged output was made again, and ${differing.join(', ')} came out different from what was recorded; ` +
        `accept the new output with: npx nx run reproduce:${target} --skipNxCache`,
    );
  }
}

/** A damaged output cannot be made again, because the settings, the code or the input files have changed since. */
export class StaleInputError extends GeneformerError {
  readonly tag = 'StaleInputError';
  constructor(
    readonly stage: string,
    /** What has changed since. */
    readonly changed: string,
    target: string,
  ) {
    super(
      `stage "${stage}": a damaged output cannot be made again, because ${changed} changed since it was made; ` +
        `undo the change, or run this stage and what follows from it anew with: npx nx run reproduce:${target}`,
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
      `${target}: the copy differs from what the stage made (${source}); run the same command again, which makes it anew`,
    );
  }
}

/** Another process has taken over the lock of a stage, because this one gave no sign of life. */
export class LockLostError extends GeneformerError {
  readonly tag = 'LockLostError';
  constructor(
    readonly stage: string,
    readonly lock: string,
  ) {
    super(
      `${lock}: stage "${stage}" was taken over by another process while this one was stopped; nothing was published, run the same command again`,
    );
  }
}

/** The signals that a person, a system or Nx ends a run with, and their numbers. */
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

  /** What a shell reports for a process that this signal ended: 130 for SIGINT. */
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
