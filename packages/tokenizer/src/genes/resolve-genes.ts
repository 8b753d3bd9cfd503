import type { Vocabulary } from '../vocabulary/vocabulary.js';
import { humanForms, isHumanEnsemblId, parseEnsemblId, symbolOf } from './gene-id.js';

/** How the token of an id was found, or why it has none. */
export type Resolution = 'exact' | 'mapped' | 'symbol' | 'refused-symbol' | 'blank' | 'unknown';

/** The token of one id. */
export interface ResolvedGene {
  /** Token id; −1 if the gene is not in the vocabulary. */
  token: number;
  how: Resolution;
  /** Whether a version suffix was removed. */
  versioned: boolean;
  /** Whether the name of a genome was removed. */
  prefixed?: boolean;
  /** Whether it is the copy on Y of a pseudoautosomal gene. */
  yCopy?: boolean;
}

/** The columns of a file, resolved in a vocabulary. */
export interface ResolvedGenes {
  /** Token of each column, −1 if it has none. */
  tokenOfColumn: Int32Array;
  /** Median of each column's gene, NaN if it has none. */
  medianOfColumn: Float64Array;
  /** Whether two columns have the same token, so that their counts must be summed. */
  hasDuplicates: boolean;
  genes: GeneCounts;
}

/** Number of columns of the matrix, by how their genes were resolved. */
export interface GeneCounts {
  total: number;
  /** Columns with a token, including duplicates. */
  known: number;
  /** Known after a version suffix was removed. */
  versioned: number;
  /** Known after the name of a genome was removed. */
  prefixed: number;
  /** Known as the copy on Y of a pseudoautosomal gene (`_PAR_Y`). */
  yCopies: number;
  /** Known through the mapping of retired and alternative ids. */
  mapped: number;
  /** Known by a symbol or alias; only with the option `symbols`. */
  symbols: number;
  /** Symbols of known genes, not accepted without the option `symbols`. */
  refusedSymbols: number;
  /** Columns with the token of an earlier column; their counts are added to that column's. */
  duplicates: number;
  /** Columns without an id. */
  blank: number;
}

/** Returns a human symbol in upper case, its only lower-case part being "orf" as in C1orf112; `Actb` is a mouse gene. */
function aliasKey(symbol: string): string {
  return symbol.replace(/^(C[\dXY]+)orf(\d)/, '$1ORF$2');
}

/**
 * Returns a function that looks up ids in a vocabulary: unchanged, without genome, version and `_PAR_Y`, through the mapping
 * of retired ids, and on request as gene symbols. Symbols are not converted to upper case, which would turn mouse genes into
 * human genes.
 */
export function geneResolver(vocabulary: Vocabulary, acceptSymbols: boolean): (id: string) => ResolvedGene {
  const { idOf, mapping, symbols } = vocabulary;
  const tokenOf = (gene: string | undefined): number => (gene === undefined ? -1 : (idOf.get(gene) ?? -1));

  return (id) => {
    if (id === '') return { token: -1, how: 'blank', versioned: false };
    const exact = tokenOf(id);
    if (exact >= 0) return { token: exact, how: 'exact', versioned: false };
    const ensembl = parseEnsemblId(id);
    if (ensembl !== undefined) {
      const { base, versioned, prefixed, yCopy } = ensembl;
      const cut = { versioned, ...(prefixed && { prefixed }), ...(yCopy && { yCopy }) };
      if (idOf.has(base) && !yCopy) return { token: tokenOf(base), how: 'exact', ...cut };
      const forms = isHumanEnsemblId(base) ? humanForms(ensembl) : [base];
      const own = forms.find((form) => idOf.has(form));
      if (own !== undefined) return { token: tokenOf(own), how: 'exact', ...cut };
      const retired = forms.find((form) => tokenOf(mapping?.get(form)) >= 0);
      if (retired === undefined) return { token: -1, how: 'unknown', ...cut };
      return { token: tokenOf(mapping?.get(retired)), how: 'mapped', ...cut };
    }
    const symbol = symbolOf(id);
    const named = tokenOf(symbols?.get(symbol));
    const token = named >= 0 ? named : tokenOf(mapping?.get(aliasKey(symbol)));
    const cut = { versioned: false, ...(symbol !== id && { prefixed: true }) };
    if (token < 0) return { token, how: 'unknown', ...cut };
    return acceptSymbols ? { token, how: 'symbol', ...cut } : { token: -1, how: 'refused-symbol', ...cut };
  };
}

/** Resolves the ids of all columns of a file. */
export function resolveGenes(
  ids: readonly string[],
  vocabulary: Vocabulary,
  resolve: (id: string) => ResolvedGene,
): ResolvedGenes {
  const tokenOfColumn = new Int32Array(ids.length);
  const medianOfColumn = new Float64Array(ids.length).fill(NaN);
  const seen = new Uint8Array(vocabulary.size);
  const genes: GeneCounts = {
    total: ids.length,
    known: 0,
    versioned: 0,
    prefixed: 0,
    yCopies: 0,
    mapped: 0,
    symbols: 0,
    refusedSymbols: 0,
    duplicates: 0,
    blank: 0,
  };
  ids.forEach((id, column) => {
    const { token, how, versioned, prefixed, yCopy } = resolve(id);
    tokenOfColumn[column] = token;
    if (how === 'blank') genes.blank++;
    if (how === 'refused-symbol') genes.refusedSymbols++;
    if (token < 0) return;
    medianOfColumn[column] = vocabulary.median[token]!;
    genes.known++;
    if (versioned) genes.versioned++;
    if (prefixed === true) genes.prefixed++;
    if (yCopy === true) genes.yCopies++;
    if (how === 'mapped') genes.mapped++;
    if (how === 'symbol') genes.symbols++;
    if (seen[token] === 1) genes.duplicates++;
    seen[token] = 1;
  });
  return { tokenOfColumn, medianOfColumn, hasDuplicates: genes.duplicates > 0, genes };
}
