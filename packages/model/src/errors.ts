import { GeneformerError } from '@geneformer-ts/core';
import { vocabularyName } from './bert/vocabulary-tag.js';

/** Thrown when a configuration or `config.json` cannot describe a model. */
export class ConfigError extends GeneformerError {
  readonly tag = 'ConfigError';

  constructor(
    readonly source: string,
    readonly field: string,
    readonly value: unknown,
    remedy: string,
    options?: { cause?: unknown },
  ) {
    super(`${source}: "${field}" is ${JSON.stringify(value)}; ${remedy}`, options);
  }
}

/** Thrown when a path has no checkpoint, or its tensors contradict each other or have an unsupported layout. */
export class CheckpointError extends GeneformerError {
  readonly tag = 'CheckpointError';

  constructor(
    readonly path: string,
    readonly problem: string,
    remedy: string,
  ) {
    super(`${path}: ${problem}; ${remedy}`);
  }
}

/** Thrown when the tensors of a checkpoint differ from those of the model. */
export class CheckpointMismatchError extends GeneformerError {
  readonly tag = 'CheckpointMismatchError';

  constructor(
    readonly file: string,
    readonly missing: readonly string[],
    readonly unexpected: readonly string[],
    readonly misshaped: readonly { name: string; expected: readonly number[]; found: readonly number[] }[],
  ) {
    const parts = [
      ...listed('missing', missing),
      ...listed('unexpected', unexpected),
      ...listed(
        'mis-shaped',
        misshaped.map((t) => `${t.name} [${t.found.join(', ')}], expected [${t.expected.join(', ')}]`),
      ),
    ];
    super(
      `${file}: the tensors do not match the model: ${parts.join('; ')}; check that config.json belongs to these weights`,
    );
  }
}

function listed(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, 3).join(', ');
  return [`${names.length} ${title} (${shown}${names.length > 3 ? ', …' : ''})`];
}

/** Thrown when the cells were tokenized with another vocabulary than that of the model: their ids mean other genes. */
export class VocabularyMismatchError extends GeneformerError {
  readonly tag = 'VocabularyMismatchError';

  constructor(
    readonly modelDigest: string,
    readonly cellsDigest: string,
  ) {
    super(
      `the cells have vocabulary ${vocabularyName(cellsDigest)}, the model has ${vocabularyName(modelDigest)}; ` +
        'tokenize the cells again with the vocabulary of the model',
    );
  }
}

/** Thrown when the model cannot read the cells: there are none, or one is empty or has a token outside the vocabulary. */
export class CellsError extends GeneformerError {
  readonly tag = 'CellsError';

  constructor(
    message: string,
    readonly cell: number | null = null,
  ) {
    super(message);
  }
}

/** Thrown when labels or targets do not match the model or the cells. */
export class LabelError extends GeneformerError {
  readonly tag = 'LabelError';
}

/** Thrown when precomputed frozen states do not belong to the given cells, model or arguments. */
export class FrozenStatesError extends GeneformerError {
  readonly tag = 'FrozenStatesError';

  constructor(difference: string) {
    super(`the frozen states do not match: ${difference}; compute them again for these cells and this model`);
  }
}

/** Thrown when the state of a run cannot be written, for example to a full disk. Earlier checkpoints do not change. */
export class CheckpointSaveError extends GeneformerError {
  readonly tag = 'CheckpointSaveError';

  constructor(
    readonly directory: string,
    readonly step: number,
    /** Folder of the last complete checkpoint, or null. */
    readonly lastGood: string | null,
    options: { cause: unknown },
  ) {
    const why = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(
      `step ${step} cannot be saved in ${directory}: ${why}; ` +
        (lastGood
          ? `the last good checkpoint is ${lastGood}: fix the cause and run again to resume from it`
          : 'fix the cause and run again'),
      options,
    );
  }
}

/** Thrown when a training checkpoint belongs to another run, with other data, arguments or weights. */
export class ResumeMismatchError extends GeneformerError {
  readonly tag = 'ResumeMismatchError';

  constructor(
    readonly directory: string,
    readonly what: string,
    /** The first difference, such as an argument with both values. */
    readonly detail = '',
  ) {
    super(
      `${directory}: the saved run has different ${what}${detail && ` (${detail})`}; give another checkpointDir or delete this one`,
    );
  }
}

/** Thrown when files of a training checkpoint are missing or changed: truncated, edited or on a failing disk. */
export class ResumeDamagedError extends GeneformerError {
  readonly tag = 'ResumeDamagedError';

  constructor(
    /** Folder of the checkpoint. */
    readonly folder: string,
    readonly file: string,
    options?: { cause?: unknown },
  ) {
    super(
      `${folder}: ${file} is missing or was changed after it was saved; delete the folder to train from the start`,
      options,
    );
  }
}

/** Thrown when training is stopped by its AbortSignal. The last step is saved if `checkpointDir` is set. */
export class TrainingAbortedError extends GeneformerError {
  readonly tag = 'TrainingAbortedError';

  constructor(
    readonly step: number,
    readonly savedTo: string | null,
  ) {
    super(
      `training stopped after step ${step}; ${savedTo ? `run again to resume from ${savedTo}` : 'nothing was saved; set checkpointDir to be able to resume'}`,
    );
  }
}

/** Thrown when the loss is NaN or infinite. */
export class TrainingDivergedError extends GeneformerError {
  readonly tag = 'TrainingDivergedError';

  constructor(
    readonly step: number,
    readonly loss: number,
  ) {
    super(`the loss became ${loss} at step ${step}; lower learningRate or set maxGradNorm`);
  }
}
