import { createHash } from 'node:crypto';
import { VocabularyError } from '../errors.js';

/** Tokens that are not genes, in the order of their ids. */
export const SPECIAL_TOKENS = ['<pad>', '<mask>', '<cls>', '<eos>'] as const;

/**
 * The genes a model knows, their token ids, and the median each gene's counts are divided by.
 *
 * Ids are contiguous from 0: padding, mask, then (when the vocabulary has them) `<cls>` and `<eos>`, then the genes.
 */
export interface Vocabulary {
  /** 'V1', 'V2' or the name a custom vocabulary was built under. */
  readonly version: string;
  /** sha256 of the lines "key TAB id NEWLINE" in the order of the ids. */
  readonly digest: string;
  /** sha256 of the little-endian float64 medians of the genes in the order of their ids. */
  readonly medianDigest: string;
  /** Number of tokens, specials included: a model's `vocab_size`. */
  readonly size: number;
  readonly padId: 0;
  readonly maskId: 1;
  readonly clsId: number | null;
  readonly eosId: number | null;
  /** Gene id to token id; specials are not in it. */
  readonly idOf: ReadonlyMap<string, number>;
  /** Every token by id. */
  readonly tokens: readonly string[];
  /** Median of each gene's non-zero counts per 10,000, by token id; NaN for specials. */
  readonly median: Float64Array;
  /** Gene symbol to gene id, where known. */
  readonly symbols?: ReadonlyMap<string, string>;
  /** Retired and alternative ids, and upper-cased symbols and aliases, to gene id, where known. */
  readonly mapping?: ReadonlyMap<string, string>;
}

export interface VocabularyParts {
  version: string;
  /** Every token by id, specials first. */
  tokens: readonly string[];
  /** By token id; what stands at specials is ignored. */
  median: ArrayLike<number>;
  symbols?: ReadonlyMap<string, string>;
  mapping?: ReadonlyMap<string, string>;
}

/** Number of special tokens at the head of a token list: 2 (V1) or 4 (V2). */
export function specialCount(tokens: readonly string[]): number {
  return tokens[2] === '<cls>' ? 4 : 2;
}

function tokenDigest(tokens: readonly string[]): string {
  const hash = createHash('sha256');
  tokens.forEach((token, id) => hash.update(`${token}\t${id}\n`));
  return hash.digest('hex');
}

function digestOfMedians(median: Float64Array, from: number): string {
  const bytes = Buffer.alloc(8 * (median.length - from));
  for (let id = from; id < median.length; id++) bytes.writeDoubleLE(median[id], 8 * (id - from));
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Checks the parts of a vocabulary, indexes them and computes both digests.
 *
 * @param origin what to name in an error: a file, or what the parts were made from
 * @throws VocabularyError when specials are not at their ids, a gene occurs twice, or a median is not a positive number
 */
export function makeVocabulary(origin: string, parts: VocabularyParts): Vocabulary {
  const { tokens } = parts;
  const specials = specialCount(tokens);
  SPECIAL_TOKENS.slice(0, specials).forEach((token, id) => {
    if (tokens[id] !== token) {
      throw new VocabularyError(origin, `token ${id} is ${JSON.stringify(tokens[id])}, but must be ${token}`);
    }
  });
  if (parts.median.length !== tokens.length) {
    throw new VocabularyError(origin, `${parts.median.length} medians for ${tokens.length} tokens; give one a token`);
  }
  const median = Float64Array.from(parts.median).fill(NaN, 0, specials);
  const idOf = new Map<string, number>();
  for (let id = specials; id < tokens.length; id++) {
    const gene = tokens[id];
    const value = median[id];
    if (idOf.has(gene)) throw new VocabularyError(origin, `gene ${gene} has two ids, ${idOf.get(gene)} and ${id}`);
    if (!(value > 0) || value === Infinity) {
      throw new VocabularyError(origin, `the median of gene ${gene} is ${value}; a median must be a positive number`);
    }
    idOf.set(gene, id);
  }
  return {
    version: parts.version,
    digest: tokenDigest(tokens),
    medianDigest: digestOfMedians(median, specials),
    size: tokens.length,
    padId: 0,
    maskId: 1,
    clsId: specials === 4 ? 2 : null,
    eosId: specials === 4 ? 3 : null,
    idOf,
    tokens,
    median,
    ...(parts.symbols && { symbols: parts.symbols }),
    ...(parts.mapping && { mapping: parts.mapping }),
  };
}
