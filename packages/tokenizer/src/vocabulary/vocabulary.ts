import { createHash } from '@geneformer-ts/core/system';
import { VocabularyError } from '../errors.js';

/** The tokens that are not genes, in the order of their ids. */
export const SPECIAL_TOKENS = ['<pad>', '<mask>', '<cls>', '<eos>'] as const;

/**
 * The genes of a model, with their token ids and the medians that their counts are divided by.
 *
 * Ids are contiguous from 0: padding, mask, then `<cls>` and `<eos>` if the vocabulary has them, then the genes.
 */
export interface Vocabulary {
  /** 'V1', 'V2', or the name of a custom vocabulary. */
  readonly version: string;
  /** sha256 of the lines "key TAB id NEWLINE" in the order of the ids. */
  readonly digest: string;
  /** sha256 of the little-endian float64 medians of the genes in the order of their ids. */
  readonly medianDigest: string;
  /** Number of tokens including special tokens: the `vocab_size` of a model. */
  readonly size: number;
  readonly padId: 0;
  readonly maskId: 1;
  readonly clsId: number | null;
  readonly eosId: number | null;
  /** Gene id to token id, without special tokens. */
  readonly idOf: ReadonlyMap<string, number>;
  /** All tokens, by id. */
  readonly tokens: readonly string[];
  /** Median of each gene's non-zero counts per 10,000, by token id; NaN for special tokens. */
  readonly median: Float64Array;
  /** Gene symbol to gene id, if known. */
  readonly symbols?: ReadonlyMap<string, string>;
  /** Retired and alternative ids, upper-case symbols and aliases to gene id, if known. */
  readonly mapping?: ReadonlyMap<string, string>;
}

/** The content of a vocabulary, as `makeVocabulary` takes it. */
export interface VocabularyParts {
  version: string;
  /** All tokens by id, special tokens first. */
  tokens: readonly string[];
  /** Median of each gene, by token id. Values of special tokens are ignored. */
  median: ArrayLike<number>;
  symbols?: ReadonlyMap<string, string>;
  mapping?: ReadonlyMap<string, string>;
}

/** Returns the number of special tokens at the start of a token list: 2 (V1) or 4 (V2). */
export function specialCount(tokens: readonly string[]): number {
  return tokens[2] === '<cls>' ? 4 : 2;
}

function tokenDigest(tokens: readonly string[]): string {
  const hash = createHash('sha256');
  tokens.forEach((token, id) => hash.update(`${token}\t${id}\n`));
  return hash.digest('hex');
}

function digestOfMedians(median: Float64Array, from: number): string {
  const bytes = new DataView(new ArrayBuffer(8 * (median.length - from)));
  for (let id = from; id < median.length; id++) bytes.setFloat64(8 * (id - from), median[id], true);
  return createHash('sha256').update(new Uint8Array(bytes.buffer)).digest('hex');
}

/** @throws VocabularyError if a gene could not be told from special tokens, or from others in the digest's lines */
function checkGene(origin: string, gene: unknown, id: number): void {
  const shown = typeof gene === 'string' ? JSON.stringify(gene) : String(gene);
  if (typeof gene !== 'string' || gene === '') {
    throw new VocabularyError(origin, `token ${id} is ${shown}, which is not a gene; give its id as text`);
  }
  if ((SPECIAL_TOKENS as readonly string[]).includes(gene)) {
    const remedy = `give the special tokens first, in the order ${SPECIAL_TOKENS.join(', ')}`;
    throw new VocabularyError(origin, `token ${id} is ${shown}, which is not a gene; ${remedy}`);
  }
  if (/[\t\n\r]/.test(gene)) {
    throw new VocabularyError(origin, `gene ${shown} has a tab or a line break; remove it from the id`);
  }
}

/**
 * Returns a vocabulary made from its parts, after checking them.
 *
 * ```ts
 * const tokens = ['<pad>', '<mask>', 'ENSG00000000003', 'ENSG00000000005'];
 * const vocabulary = makeVocabulary('my genes', { version: 'mine', tokens, median: [NaN, NaN, 2.1, 0.7] });
 * vocabulary.idOf.get('ENSG00000000005'); // 3
 * ```
 *
 * @param origin the name to use in errors: a file, or a description of the source
 * @throws VocabularyError if special tokens do not have their ids, a gene has no name, the name of a special token or a line
 *   break in its name, a gene occurs twice, or a median is not a positive number
 */
export function makeVocabulary(origin: string, parts: VocabularyParts): Vocabulary {
  const { tokens } = parts;
  if (!Array.isArray(tokens)) throw new VocabularyError(origin, 'tokens is not a list; give the tokens by their ids');
  const specials = specialCount(tokens);
  SPECIAL_TOKENS.slice(0, specials).forEach((token, id) => {
    if (tokens[id] !== token) {
      throw new VocabularyError(origin, `token ${id} is ${JSON.stringify(tokens[id])}, but must be ${token}`);
    }
  });
  if (parts.median.length !== tokens.length) {
    throw new VocabularyError(
      origin,
      `${parts.median.length} medians for ${tokens.length} tokens; give one median per token`,
    );
  }
  const median = Float64Array.from(parts.median).fill(NaN, 0, specials);
  const idOf = new Map<string, number>();
  for (let id = specials; id < tokens.length; id++) {
    const gene = tokens[id];
    const value = median[id];
    checkGene(origin, gene, id);
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
