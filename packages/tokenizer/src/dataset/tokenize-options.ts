import { ArgumentError, type OptionNames, type Progress } from '@geneformer-ts/core';
import type { CountsFrom } from '../counts/cell-totals.js';
import type { GeneIdOption } from '../genes/gene-ids.js';
import type { Vocabulary } from '../vocabulary/vocabulary.js';
import type { AttributeOption } from './attributes.js';

/** Options of `tokenizeCells` and `inspectCells`. */
export interface TokenizeOptions {
  /** Maximum length of a sequence, including special tokens. Default 4096 for V2, else 2048, as published. */
  maxLength?: number;
  /** Whether to put `<cls>` first and `<eos>` last. Default: whether the vocabulary has them. */
  specialTokens?: boolean;
  /** Obs columns to copy to the dataset. Default none; `cell_id`, `source` and `n_counts` are always written. */
  attributes?: AttributeOption;
  /** Where the gene ids are. Default: the var column or index with the most recognized genes. */
  geneIds?: GeneIdOption;
  /** Whether to accept gene symbols and aliases besides ids; default false. */
  symbols?: boolean;
  /** Minimum share of the counts in known genes, 0 … 1; default 0.1. */
  minKnownShare?: number;
  /** Whether to write `counts`: counts per 10,000 in the order of the tokens. Default false. */
  keepCounts?: boolean;
  /** Where the total of a cell comes from. Default 'auto': the obs column if the file has it, else the sum of the row. */
  countsFrom?: CountsFrom;
  /** The obs column of totals; default n_counts. */
  countsColumn?: string;
  /** Whether to accept counts that are not whole numbers (estimated counts on a linear scale); default false. */
  allowFractional?: boolean;
  /** Returns the value of `source` for a file. Default: the name of the file. */
  sourceName?: (path: string) => string;
  /**
   * Range of rows to tokenize, from `from` up to `to`; default all. `joinReports` joins the reports of consecutive ranges. A range may
   * have no cell with a known gene.
   */
  rows?: { from: number; to: number };
  /** Cells per block; the result does not depend on it. Default 512. */
  blockRows?: number;
  /**
   * Number of worker threads that read and encode. The calling thread writes, and reads and encodes while it waits. 0 uses the calling
   * thread only. The result does not depend on it. No more are started than the file has blocks for, or than four times the cores
   * (8 on a small machine). Default: one fewer than the cores if the file has more than 2,048 cells, else 0.
   */
  workers?: number;
  onProgress?: Progress;
  /** Cancels the call; nothing is left behind. */
  signal?: AbortSignal;
}

export const tokenizeOptionNames: OptionNames<TokenizeOptions> = {
  maxLength: true,
  specialTokens: true,
  attributes: true,
  geneIds: true,
  symbols: true,
  minKnownShare: true,
  keepCounts: true,
  countsFrom: true,
  countsColumn: true,
  allowFractional: true,
  sourceName: true,
  rows: true,
  blockRows: true,
  workers: true,
  onProgress: true,
  signal: true,
};

/** The sequence length and special tokens that a dataset was written with. */
export interface SequenceShape {
  maxLength: number;
  specialTokens: boolean;
}

/**
 * Returns the sequence shape that the options and the defaults of a vocabulary give.
 *
 * @throws ArgumentError if the length is too short for a gene, or special tokens are requested from a vocabulary without them
 */
export function sequenceShape(vocabulary: Vocabulary, options: TokenizeOptions): SequenceShape {
  const hasSpecials = vocabulary.clsId !== null && vocabulary.eosId !== null;
  const specialTokens = options.specialTokens ?? hasSpecials;
  if (specialTokens && !hasSpecials) {
    throw ArgumentError.of('specialTokens', true, `false: vocabulary ${vocabulary.version} has no <cls> and <eos>`);
  }
  const maxLength = options.maxLength ?? (vocabulary.version === 'V2' ? 4096 : 2048);
  const least = specialTokens ? 3 : 1;
  if (!Number.isInteger(maxLength) || maxLength < least) {
    throw ArgumentError.of('maxLength', maxLength, `a whole number of at least ${least}`);
  }
  return { maxLength, specialTokens };
}

/** Returns `minKnownShare` or its default. @throws ArgumentError if it is not between 0 and 1 */
export function knownShareFloor(options: TokenizeOptions): number {
  const floor = options.minKnownShare ?? 0.1;
  if (!(floor >= 0 && floor <= 1)) throw ArgumentError.of('minKnownShare', floor, 'a share between 0 and 1');
  return floor;
}
