import { GeneformerError } from '@geneformer-ts/core';

/** Thrown when neither the index nor any column of `var` contains gene ids. */
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

/** Thrown when the share of counts in genes of the vocabulary is below `minKnownShare`. */
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
      `${path}: only ${(100 * knownShare).toFixed(1)} % of the counts are in genes of vocabulary ${vocabulary} ` +
        `(minimum ${(100 * floor).toFixed(1)} %, option minKnownShare); first unknown ids: ${firstUnknown.join(', ') || 'none'}; ${likelyCause}`,
    );
  }
}

/** Base class of the errors about a matrix that does not contain raw counts. */
export abstract class NotCountsError extends GeneformerError {
  abstract readonly path: string;

  /** Returns the same error with a remedy that names the matrices of the file that contain raw counts. */
  abstract withLayers(layers: readonly string[] | undefined): NotCountsError;
}

/** @param layers matrices of the file that contain raw counts; undefined if that is not known */
function countsRemedy(layers: readonly string[] | undefined): string {
  if (layers === undefined) return 'give raw counts';
  if (layers.length === 0) return 'the file has no other matrix of raw counts; give a file that has one';
  return `open the raw counts: set the option 'layer' to ${layers.map((layer) => `'${layer}'`).join(' or ')}`;
}

/** Thrown when the matrix contains log-transformed values: their ranks differ from those of counts divided by medians. */
export class LogNormalizedError extends NotCountsError {
  readonly tag = 'LogNormalizedError';

  constructor(
    readonly path: string,
    readonly fractionalShare: number,
    readonly largest: number,
    layers?: readonly string[],
  ) {
    super(
      `${path}: the matrix looks log-normalized, not like raw counts (${(100 * fractionalShare).toFixed(1)} % of the values are not whole numbers, ` +
        `largest ${largest.toPrecision(4)}); ${countsRemedy(layers)}, or set allowFractional if they are estimated counts`,
    );
  }

  override withLayers(layers: readonly string[] | undefined): LogNormalizedError {
    return new LogNormalizedError(this.path, this.fractionalShare, this.largest, layers);
  }
}

/** Thrown when some values are not whole numbers but do not look logarithmic: normalized or estimated counts. */
export class FractionalCountsError extends NotCountsError {
  readonly tag = 'FractionalCountsError';

  constructor(
    readonly path: string,
    readonly fractionalShare: number,
    readonly largest: number,
    /** Number of values that are not whole numbers. */
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

/** Thrown when a count is negative, NaN or infinite: the matrix is scaled, or the file is damaged. */
export class InvalidCountError extends NotCountsError {
  readonly tag = 'InvalidCountError';

  constructor(
    readonly path: string,
    readonly cell: string,
    readonly value: number,
    layers?: readonly string[],
  ) {
    super(`${path}: cell ${cell} contains ${value}, which is not a count; ${countsRemedy(layers)}`);
  }

  override withLayers(layers: readonly string[] | undefined): InvalidCountError {
    return new InvalidCountError(this.path, this.cell, this.value, layers);
  }
}

/** Thrown when the obs column of totals has no positive number for a cell that has counts. */
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

/** Thrown when a requested obs or var column is absent, has the wrong type, or has the name of another column of the dataset. */
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

/** Thrown when a folder has a published dictionary under none of its known names. */
export class DictionaryMissingError extends GeneformerError {
  readonly tag = 'DictionaryMissingError';

  constructor(
    readonly directory: string,
    readonly tried: readonly string[],
  ) {
    super(
      `${directory}: none of ${tried.join(', ')} found; copy the published dictionary of that version into the folder`,
    );
  }
}

/** Thrown when a vocabulary is malformed, or differs from the one that its name or digest states. */
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

/** Thrown when a folder contains a dataset that is not tokenized. */
export class NotTokenizedError extends GeneformerError {
  readonly tag = 'NotTokenizedError';

  constructor(
    readonly path: string,
    detail: string,
  ) {
    super(`${path}: ${detail}`);
  }
}

/** Cells of a file, and why none of them can be tokenized. */
export interface NoCells {
  total: number;
  /** Removed because filter_pass is not 1. */
  filtered: number;
  /** Removed because they have no counts, or none in a known gene. */
  empty: number;
  /** Sum of all counts of the cells that were read; undefined if it is not known. */
  counts?: number;
  /** Number of cells that a gene of a new vocabulary needs, and that none reaches. */
  minCells?: number;
}

/** Thrown when no cell is left to write: the file has none, all are filtered out, or they have no counts in known genes. */
export class NoCellsError extends GeneformerError {
  readonly tag = 'NoCellsError';

  constructor(
    readonly path: string,
    readonly cells: NoCells,
  ) {
    super(`${path}: ${noCellsMessage(cells)}`);
  }
}

function noCellsMessage({ total, filtered, empty, counts, minCells }: NoCells): string {
  if (total === 0) return 'has no cells; give a file with cells';
  if (minCells !== undefined)
    return `no gene is expressed in ${minCells} of ${total} cells; lower minCells or give raw counts`;
  if (filtered === total)
    return `all ${total} cells have a filter_pass that is not 1; correct or remove that obs column`;
  const removed = filtered > 0 ? ` (${filtered} others are removed by filter_pass)` : '';
  if (counts === 0) return `all counts of ${empty} cells are zero${removed}; give the matrix that contains raw counts`;
  return `none of ${empty} cells has counts in a known gene${removed}; check the gene ids`;
}
