import { GeneformerError, listSome } from '@geneformer-ts/core';

/** Thrown when a sound file lacks the field that was asked for; says which ones it has. */
export class FieldMissingError extends GeneformerError {
  readonly tag = 'FieldMissingError';

  constructor(
    readonly path: string,
    readonly field: string,
    readonly available: readonly string[],
    remedy = available.length ? 'choose one of those' : 'give a file that has it',
  ) {
    super(`${path}: no ${field}; the file has ${available.length ? listSome(available) : 'none'}; ${remedy}`);
  }
}
