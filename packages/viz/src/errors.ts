import { GeneformerError } from '@geneformer-ts/core';

/** There is nothing to draw: no rows, no curves, a matrix without a single count. */
export class EmptyFigureError extends GeneformerError {
  readonly tag = 'EmptyFigureError';
  constructor(
    readonly figure: string,
    readonly field: string,
    remedy: string,
  ) {
    super(`${figure}: ${field} is empty, so there is nothing to draw; ${remedy}`);
  }
}

/** Two fields that describe the same rows differ in length, or a matrix is not the shape its labels say. */
export class ShapeMismatchError extends GeneformerError {
  readonly tag = 'ShapeMismatchError';
  constructor(
    readonly figure: string,
    readonly field: string,
    readonly found: number,
    readonly expected: number,
    meaning: string,
  ) {
    super(`${figure}: ${field} holds ${found} values where ${expected} are needed (${meaning})`);
  }
}

/** A value that must be a finite number (and perhaps lie within a range) is not. */
export class BadValueError extends GeneformerError {
  readonly tag = 'BadValueError';
  constructor(
    readonly figure: string,
    readonly field: string,
    readonly value: unknown,
    remedy: string,
  ) {
    super(`${figure}: ${field} is ${String(value)}; ${remedy}`);
  }
}

/** A name refers to something the same spec does not list, or is listed twice. */
export class UnknownNameError extends GeneformerError {
  readonly tag = 'UnknownNameError';
  constructor(
    readonly figure: string,
    readonly field: string,
    readonly value: string,
    readonly known: readonly string[],
  ) {
    super(`${figure}: ${field} is "${value}", which is not one of ${known.map((name) => `"${name}"`).join(', ')}`);
  }
}

/** The PNG renderer could not read the SVG; its own words are in `cause`. */
export class RenderError extends GeneformerError {
  readonly tag = 'RenderError';
  constructor(cause: unknown) {
    super(`toPng: the SVG cannot be rendered (${cause instanceof Error ? cause.message : String(cause)})`, { cause });
  }
}
