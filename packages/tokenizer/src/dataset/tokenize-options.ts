import { ArgumentError, type Progress } from '@geneformer-ts/core';
import type { CountsFrom } from '../counts/cell-totals.js';
import type { GeneIdOption } from '../genes/gene-ids.js';
import type { Vocabulary } from '../vocabulary/vocabulary.js';
import type { AttributeOption } from './attributes.js';

export interface TokenizeOptions {
  /** Longest sequence, special tokens included. Default 4096 for V2, else 2048, the published input sizes. */
  maxLength?: number;
  /** `<cls>` in front and `<eos>` at the end. Default: when the vocabulary has them. */
  specialTokens?: boolean;
  /** Obs columns to carry over. Default none; `cell_id`, `source` and `n_counts` are always written. */
  attributes?: AttributeOption;
  /** Where the gene ids are. Default: the var column or index in which most genes are recognised. */
  geneIds?: GeneIdOption;
  /** Accept gene symbols and aliases as well as ids. Default false. */
  symbols?: boolean;
  /** Least share of the counts that must be of known genes, 0 … 1. Default 0.1. */
  minKnownShare?: number;
  /** Also write `counts`: counts per 10,000 in the order of the tokens. Default false. */
  keepCounts?: boolean;
  /** Where a cell's total comes from. Default 'auto': the obs column when there is one, else the sum of the row. */
  countsFrom?: CountsFrom;
  /** The obs column of totals. Default n_counts. */
  countsColumn?: string;
  /** Take counts that are not whole numbers (estimated counts on a linear scale). Default false. */
  allowFractional?: boolean;
  /** What to write as `source`. Default: the file's name. */
  sourceName?: (path: string) => string;
  /** Cells read at a time; the result does not depend on it. Default 512. */
  blockRows?: number;
  /**
   * Threads that read and encode beside this one, which writes; 0 does all in this one. The result does not depend on it.
   * Default: as many as there are cores when there is more than one core and more than 2,048 cells.
   */
  workers?: number;
  onProgress?: Progress;
  /** Stops the work; nothing is left behind. */
  signal?: AbortSignal;
}

/** Sequence length and special tokens as they will be used. */
export interface SequenceShape {
  maxLength: number;
  specialTokens: boolean;
}

/** @throws ArgumentError when the length has no room for a gene, or special tokens are asked of a vocabulary without them */
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

/** @throws ArgumentError when it is not a share */
export function knownShareFloor(options: TokenizeOptions): number {
  const floor = options.minKnownShare ?? 0.1;
  if (!(floor >= 0 && floor <= 1)) throw ArgumentError.of('minKnownShare', floor, 'a share between 0 and 1');
  return floor;
}
