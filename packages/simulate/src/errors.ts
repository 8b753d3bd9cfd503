import { GeneformerError } from '@geneformer-ts/core';

/** Thrown when the requested cell does not exist in the simulation. */
export class CellIndexError extends GeneformerError {
  readonly tag = 'CellIndexError';

  constructor(
    readonly index: number,
    readonly cells: number,
  ) {
    super(`cellTruth: cell ${index} does not exist; give a whole number from 0 to ${cells - 1}`);
  }
}
