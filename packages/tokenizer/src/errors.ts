import { GeneformerError } from '@geneformer-ts/core';

/** No column of `var`, nor its index, holds anything that reads as a gene id. */
export class GeneIdsMissingError extends GeneformerError {
  readonly tag = 'GeneIdsMissingError';

  constructor(
    readonly path: string,
    readonly looked: readonly string[],
    readonly firstValues: readonly string[],
    shown: string,
    remedy: string,
  ) {
    super(`${path}: no gene ids in ${shown}; ${remedy}`);
  }
}

/** Fewer of the counts than the floor belong to genes the vocabulary knows. */
export class UnknownGenesError extends GeneformerError {
  readonly tag = 'UnknownGenesError';

  constructor(
    readonly path: string,
    readonly knownShare: number,
    readonly floor: number,
    readonly vocabulary: string,
    readonly firstUnknown: readonly string[],
    readonly likelyCause: string,
  ) {
    super(
      `${path}: only ${(100 * knownShare).toFixed(1)} % of the counts are of genes in vocabulary ${vocabulary} ` +
        `(floor ${(100 * floor).toFixed(1)} %, option minKnownShare); first unknown ids: ${firstUnknown.join(', ') || 'none'}; ${likelyCause}`,
    );
  }
}

/** The matrix does not hold raw counts. */
export abstract class NotCountsError extends GeneformerError {
  abstract readonly path: string;

  /** The same error, which names the matrices of the file that do hold raw counts. */
  abstract withLayers(layers: readonly string[] | undefined): NotCountsError;
}

/** @param layers that hold raw counts; undefined when that is not known */
function countsRemedy(layers: readonly string[] | undefined): string {
  if (layers === undefined) return 'give raw counts';
  if (layers.length === 0) return 'the file holds no other matrix of raw counts, so give a file that does';
  return `open the raw counts: set the option 'layer' to ${layers.map((layer) => `'${layer}'`).join(' or ')}`;
}

/** The matrix holds log-transformed values, whose ranks are not the ranks of counts divided by medians. */
export class LogNormalisedError extends NotCountsError {
  readonly tag = 'LogNormalisedError';

  constructor(
    readonly path: string,
    readonly fractionalShare: number,
    readonly largest: number,
    layers?: readonly string[],
  ) {
    super(
      `${path}: the matrix looks log-normalised, not raw counts (${(100 * fractionalShare).toFixed(1)} % of the values are not whole numbers, ` +
        `largest ${largest.toPrecision(4)}); ${countsRemedy(layers)}, or set allowFractional if they are estimated counts`,
    );
  }

  override withLayers(layers: readonly string[] | undefined): LogNormalisedError {
    return new LogNormalisedError(this.path, this.fractionalShare, this.largest, layers);
  }
}

/** Some values are not whole numbers, though they do not look logarithmic: normalised or estimated counts. */
export class FractionalCountsError extends NotCountsError {
  readonly tag = 'FractionalCountsError';

  constructor(
    readonly path: string,
    readonly fractionalShare: number,
    readonly largest: number,
    /** How many there are. */
    readonly fractional: number,
    layers?: readonly string[],
  ) {
    const share = fractionalShare < 0.001 ? `${fractional}` : `${(100 * fractionalShare).toFixed(1)} %`;
    super(
      `${path}: ${share} of the values are not whole numbers (largest ${largest.toPrecision(4)}); ` +
        `${countsRemedy(layers)}, or set allowFractional if they are estimated counts on a linear scale`,
    );
  }

  override withLayers(layers: readonly string[] | undefined): FractionalCountsError {
    return new FractionalCountsError(this.path, this.fractionalShare, this.largest, this.fractional, layers);
  }
}

/** A count is negative, NaN or infinite: a scaled matrix, or a damaged file. */
export class InvalidCountError extends NotCountsError {
  readonly tag = 'InvalidCountError';

  constructor(
    readonly path: string,
    readonly cell: string,
    readonly value: number,
    layers?: readonly string[],
  ) {
    super(`${path}: cell ${cell} holds the value ${value}, which is not a count; ${countsRemedy(layers)}`);
  }

  override withLayers(layers: readonly string[] | undefined): InvalidCountError {
    return new InvalidCountError(this.path, this.cell, this.value, layers);
  }
}

/** The obs column of totals gives no positive number for a cell that has counts. */
export class InvalidTotalError extends GeneformerError {
  readonly tag = 'InvalidTotalError';

  constructor(
    readonly path: string,
    readonly column: string,
    readonly cell: string,
    readonly value: number,
  ) {
    super(
      `${path}: obs column ${column} is ${value} for cell ${cell}, which has counts; correct it or use countsFrom 'computed'`,
    );
  }
}

/** An obs or var column that was asked for is absent, of the wrong kind, or collides with a column of the dataset. */
export class ColumnError extends GeneformerError {
  readonly tag = 'ColumnError';

  constructor(
    readonly path: string,
    readonly column: string,
    detail: string,
  ) {
    super(`${path}: ${detail}`);
  }
}

/** A published dictionary is not in the folder under any of the names it is known by. */
export class DictionaryMissingError extends GeneformerError {
  readonly tag = 'DictionaryMissingError';

  constructor(
    readonly directory: string,
    readonly tried: readonly string[],
  ) {
    super(
      `${directory}: none of ${tried.join(', ')} is there; put the published dictionary of that version in the folder`,
    );
  }
}

/** A vocabulary is malformed, or is not the one its name or its digest says it is. */
export class VocabularyError extends GeneformerError {
  readonly tag = 'VocabularyError';

  constructor(
    readonly path: string,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${path}: ${detail}`, options);
  }
}

/** A folder is a dataset, but not a tokenised one. */
export class NotTokenizedError extends GeneformerError {
  readonly tag = 'NotTokenizedError';

  constructor(
    readonly path: string,
    detail: string,
  ) {
    super(`${path}: ${detail}`);
  }
}

/** Every cell was filtered or empty, so there is nothing to write. */
export class NoCellsError extends GeneformerError {
  readonly tag = 'NoCellsError';

  constructor(
    readonly path: string,
    readonly cells: { total: number; filtered: number; empty: number },
  ) {
    super(
      `${path}: none of ${cells.total} cells is left (${cells.filtered} left out by filter_pass, ${cells.empty} without a known gene); ` +
        `correct obs column filter_pass or the gene ids`,
    );
  }
}
