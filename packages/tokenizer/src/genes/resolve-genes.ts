import type { Vocabulary } from '../vocabulary/vocabulary.js';
import { humanForms, isHumanEnsemblId, parseEnsemblId, symbolOf } from './gene-id.js';

/** How an id came to its token, or why it did not. */
export type Resolution = 'exact' | 'mapped' | 'symbol' | 'refused-symbol' | 'blank' | 'unknown';

export interface ResolvedGene {
  /** Token id; −1 for a gene that is not in the vocabulary. */
  token: number;
  how: Resolution;
  /** Whether a version suffix was cut off on the way. */
  versioned: boolean;
  /** Whether the name of a genome was cut off. */
  prefixed?: boolean;
  /** Whether it is the copy on Y of a pseudoautosomal gene. */
  yCopy?: boolean;
}

/** The columns of one file in terms of one vocabulary. */
export interface ResolvedGenes {
  /** Token of each column, −1 for none. */
  tokenOfColumn: Int32Array;
  /** Median of each column's gene, NaN for none. */
  medianOfColumn: Float64Array;
  /** Whether two columns have the same token, so that their counts must be summed. */
  hasDuplicates: boolean;
  genes: GeneCounts;
}

/** Columns of the matrix by what became of them. */
export interface GeneCounts {
  total: number;
  /** With a token, duplicates included. */
  known: number;
  /** Known, after a version suffix was cut off. */
  versioned: number;
  /** Known, after the name of a genome was cut off. */
  prefixed: number;
  /** Known, as the copy on Y of a pseudoautosomal gene (`_PAR_Y`). */
  yCopies: number;
  /** Known through the mapping of retired and alternative ids. */
  mapped: number;
  /** Known as a symbol or alias, because symbols were asked for. */
  symbols: number;
  /** Symbols of known genes, not taken because symbols were not asked for. */
  refusedSymbols: number;
  /** Columns whose token an earlier column has too: their counts are added to that gene's. */
  duplicates: number;
  /** Without any id. */
  blank: number;
}

/** Human symbols are upper case but for the "orf" in the likes of C1orf112; Actb is a mouse's. */
function aliasKey(symbol: string): string {
  return symbol.replace(/^(C[\dXY]+)orf(\d)/, '$1ORF$2');
}

/**
 * A function that looks ids up in a vocabulary: as they are, without genome, version and `_PAR_Y`, through the mapping of
 * retired ids and, when asked, as gene symbols. Symbols are never upper-cased to fit: that would turn mouse genes into human ones.
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

/** Resolves every column of a file. */
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
