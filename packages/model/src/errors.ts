import { GeneformerError } from '@geneformer-ts/core';
import { vocabularyName } from './bert/vocabulary-tag.js';

/** A configuration or `config.json` that cannot describe a model. */
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

/** A path that holds no checkpoint, or one whose tensors contradict each other or are laid out as another program's. */
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

/** The tensors of a checkpoint are not the tensors of the model. */
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
        misshaped.map((t) => `${t.name} [${t.found.join(', ')}] where [${t.expected.join(', ')}] is needed`),
      ),
    ];
    super(`${file}: does not hold this model: ${parts.join('; ')}; check that config.json belongs to these weights`);
  }
}

function listed(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, 3).join(', ');
  return [`${names.length} ${title} (${shown}${names.length > 3 ? ', …' : ''})`];
}

/** The cells were tokenised with another vocabulary than the model's: their ids mean other genes. */
export class VocabularyMismatchError extends GeneformerError {
  readonly tag = 'VocabularyMismatchError';

  constructor(
    readonly modelDigest: string,
    readonly cellsDigest: string,
  ) {
    super(
      `the cells' vocabulary ${vocabularyName(cellsDigest)} is not the model's ${vocabularyName(modelDigest)}; ` +
        'tokenise the cells again with the vocabulary the model was trained on',
    );
  }
}

/** Cells that the model cannot read: none, empty, or with a token outside the vocabulary. */
export class CellsError extends GeneformerError {
  readonly tag = 'CellsError';

  constructor(
    message: string,
    readonly cell: number | null = null,
  ) {
    super(message);
  }
}

/** Labels that do not fit the classifier or the cells. */
export class LabelError extends GeneformerError {
  readonly tag = 'LabelError';
}

/** Precomputed states of a frozen part that are not those of the cells, model or arguments at hand. */
export class FrozenStatesError extends GeneformerError {
  readonly tag = 'FrozenStatesError';

  constructor(difference: string) {
    super(`the frozen states do not fit: ${difference}; compute them again for these cells and this model`);
  }
}

/** The state of a run could not be written: a full disk, mostly. What was saved before is untouched. */
export class CheckpointSaveError extends GeneformerError {
  readonly tag = 'CheckpointSaveError';

  constructor(
    readonly directory: string,
    readonly step: number,
    /** Folder of the last whole checkpoint, or null. */
    readonly lastGood: string | null,
    options: { cause: unknown },
  ) {
    const why = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(
      `step ${step} cannot be saved in ${directory}: ${why}; ` +
        (lastGood
          ? `the last good checkpoint is ${lastGood}: solve this and run again to resume from it`
          : 'solve this and run again'),
      options,
    );
  }
}

/** A training checkpoint that belongs to another run: other data, arguments or model. */
export class ResumeMismatchError extends GeneformerError {
  readonly tag = 'ResumeMismatchError';

  constructor(
    readonly directory: string,
    readonly what: string,
  ) {
    super(`${directory}: the saved run has different ${what}; give another checkpointDir or delete this one`);
  }
}

/** A training checkpoint whose files are not as they were written: truncated, edited or on a failing disk. */
export class ResumeDamagedError extends GeneformerError {
  readonly tag = 'ResumeDamagedError';

  constructor(
    /** Folder of the checkpoint. */
    readonly folder: string,
    readonly file: string,
    options?: { cause?: unknown },
  ) {
    super(`${folder}: ${file} is missing or not as it was saved; delete the folder to train from the start`, options);
  }
}

/** Training was stopped through its AbortSignal; the last step is saved when a checkpoint folder was given. */
export class TrainingAbortedError extends GeneformerError {
  readonly tag = 'TrainingAbortedError';

  constructor(
    readonly step: number,
    readonly savedTo: string | null,
  ) {
    super(
      `training stopped after step ${step}; ${savedTo ? `run again to go on from ${savedTo}` : 'nothing was saved: no checkpointDir was given'}`,
    );
  }
}

/** The loss is no longer a number. */
export class TrainingDivergedError extends GeneformerError {
  readonly tag = 'TrainingDivergedError';

  constructor(
    readonly step: number,
    readonly loss: number,
  ) {
    super(`the loss became ${loss} at step ${step}; lower learningRate or set maxGradNorm`);
  }
}
