import { GeneformerError } from '@geneformer-ts/core';

/** Base class of the errors that this package throws; narrow by `tag` or with `instanceof`. */
export abstract class SimulateError extends GeneformerError {}

/** Thrown when an option of the simulation is unknown, of the wrong kind or out of its range. */
export class OptionError extends SimulateError {
  readonly tag = 'option';

  constructor(
    readonly option: string,
    readonly value: unknown,
    readonly expected: string,
    caller = 'simulateThymus',
  ) {
    super(`${caller}: option "${option}" is ${JSON.stringify(value) ?? String(value)}; give ${expected}`);
  }
}

/** Thrown when the truth of a cell is asked for that the simulation does not have. */
export class CellIndexError extends SimulateError {
  readonly tag = 'cell-index';

  constructor(
    readonly index: number,
    readonly cells: number,
  ) {
    super(`cellTruth: cell ${index} does not exist; give a whole number from 0 to ${cells - 1}`);
  }
}
