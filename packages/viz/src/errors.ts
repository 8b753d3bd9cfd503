import { GeneformerError } from '@geneformer-ts/core';

/** Thrown when there is nothing to draw: no rows, no curves, or a matrix whose counts are all 0. */
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

/** Thrown when two fields of the same rows differ in length, or when a matrix does not have the shape of its labels. */
export class ShapeMismatchError extends GeneformerError {
  readonly tag = 'ShapeMismatchError';
  constructor(
    readonly figure: string,
    readonly field: string,
    readonly found: number,
    readonly expected: number,
    meaning: string,
  ) {
    super(`${figure}: ${field} has ${found} values; give ${expected} (${meaning})`);
  }
}

/** Thrown when a value is not of the kind that its field needs, such as a finite number within a range. */
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

/** Thrown when a name is not in the list of the spec that it refers to. */
export class UnknownNameError extends GeneformerError {
  readonly tag = 'UnknownNameError';
  constructor(
    readonly figure: string,
    readonly field: string,
    readonly value: string,
    readonly known: readonly string[],
  ) {
    super(
      `${figure}: ${field} is "${value}", which is not listed; use one of ${known.map((name) => `"${name}"`).join(', ')}`,
    );
  }
}

/** Thrown when the PNG renderer cannot read the SVG; `cause` has the renderer's own error. */
export class RenderError extends GeneformerError {
  readonly tag = 'RenderError';
  constructor(cause: unknown) {
    super(
      `toPng: the SVG cannot be rendered (${cause instanceof Error ? cause.message : String(cause)}); give the text of an SVG, not a path`,
      { cause },
    );
  }
}
