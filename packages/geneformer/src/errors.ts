import { GeneformerError } from '@geneformer-ts/core';

/** Thrown when a model cannot be found: an unknown name, or a package or folder that is not there. */
export class ModelMissingError extends GeneformerError {
  readonly tag = 'ModelMissingError';

  constructor(
    readonly model: string,
    problem: string,
    remedy: string,
    options?: { cause?: unknown },
  ) {
    super(`model '${model}': ${problem}; ${remedy}`, options);
  }
}

/** Thrown when a folder is not a classifier that `CellClassifier.save` wrote. */
export class ClassifierError extends GeneformerError {
  readonly tag = 'ClassifierError';

  constructor(
    readonly path: string,
    problem: string,
    remedy = "give a folder written by 'geneformer train'",
    options?: { cause?: unknown },
  ) {
    super(`${path}: ${problem}; ${remedy}`, options);
  }
}

/** Thrown when labels, groups or genes of a file do not suffice for what is asked. */
export class CellsUnfitError extends GeneformerError {
  readonly tag = 'CellsUnfitError';

  constructor(
    readonly path: string,
    readonly field: string,
    problem: string,
    remedy: string,
  ) {
    super(`${path}: ${field}: ${problem}; ${remedy}`);
  }
}
