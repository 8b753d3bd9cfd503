import { isHumanEnsemblId, withoutVersion } from './gene-ids.js';
import type { Vocabulary } from './vocabulary.js';

/** How an id came to its token, or why it did not. */
export type Resolution = 'exact' | 'mapped' | 'symbol' | 'refused-symbol' | 'blank' | 'unknown';

export interface ResolvedGene {
  /** Token id; −1 for a gene that is not in the vocabulary. */
  token: number;
  how: Resolution;
  /** Whether a version suffix was cut off on the way. */
  versioned: boolean;
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
 * A function that looks ids up in a vocabulary: as they are, without their version, through the mapping of retired ids
 * and, when asked, as gene symbols. Symbols are never upper-cased to fit: that would turn mouse genes into human ones.
 */
export function geneResolver(vocabulary: Vocabulary, acceptSymbols: boolean): (id: string) => ResolvedGene {
  const { idOf, mapping, symbols } = vocabulary;
  const tokenOf = (gene: string | undefined): number => (gene === undefined ? -1 : (idOf.get(gene) ?? -1));

  return (id) => {
    if (id === '') return { token: -1, how: 'blank', versioned: false };
    const exact = tokenOf(id);
    if (exact >= 0) return { token: exact, how: 'exact', versioned: false };
    const base = withoutVersion(id);
    const versioned = base !== id;
    if (versioned && idOf.has(base)) return { token: tokenOf(base), how: 'exact', versioned };
    if (isHumanEnsemblId(base)) {
      const upper = base.toUpperCase();
      if (idOf.has(upper)) return { token: tokenOf(upper), how: 'exact', versioned };
      const mapped = tokenOf(mapping?.get(upper));
      return { token: mapped, how: mapped >= 0 ? 'mapped' : 'unknown', versioned };
    }
    const named = tokenOf(symbols?.get(id));
    const token = named >= 0 ? named : tokenOf(mapping?.get(aliasKey(id)));
    if (token < 0) return { token, how: 'unknown', versioned };
    return acceptSymbols ? { token, how: 'symbol', versioned } : { token: -1, how: 'refused-symbol', versioned };
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
    mapped: 0,
    symbols: 0,
    refusedSymbols: 0,
    duplicates: 0,
    blank: 0,
  };
  ids.forEach((id, column) => {
    const { token, how, versioned } = resolve(id);
    tokenOfColumn[column] = token;
    if (how === 'blank') genes.blank++;
    if (how === 'refused-symbol') genes.refusedSymbols++;
    if (token < 0) return;
    medianOfColumn[column] = vocabulary.median[token]!;
    genes.known++;
    if (versioned) genes.versioned++;
    if (how === 'mapped') genes.mapped++;
    if (how === 'symbol') genes.symbols++;
    if (seen[token] === 1) genes.duplicates++;
    seen[token] = 1;
  });
  return { tokenOfColumn, medianOfColumn, hasDuplicates: genes.duplicates > 0, genes };
}
