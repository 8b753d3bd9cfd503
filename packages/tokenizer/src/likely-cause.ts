import { isEnsemblId, isHumanEnsemblId, speciesOf } from './gene-id.js';
import type { Vocabulary } from './vocabulary.js';

const MOUSE_SYMBOL = /^[A-Z][a-z]+[A-Za-z0-9-]*$/;

/** Says in a sentence why the ids of a file are not in the vocabulary, and what to do. */
export function likelyCause(unknown: readonly string[], refusedSymbols: number, vocabulary: Vocabulary): string {
  const ids = unknown.filter((id) => id !== '');
  const most = (test: (id: string) => boolean): boolean => ids.filter(test).length * 2 > ids.length;
  if (ids.length === 0) return 'the genes that are known are hardly expressed; see whether the matrix is the right one';
  if (refusedSymbols * 2 > ids.length) {
    return 'these are gene symbols: name the var column of Ensembl ids with geneIds, or set symbols to accept them';
  }
  if (most((id) => speciesOf(id) === 'ENSMUSG'))
    return 'these are mouse genes: map them to their human orthologues first';
  if (most((id) => isEnsemblId(id) && !isHumanEnsemblId(id))) {
    return 'these are Ensembl ids of another species, or of transcripts or proteins: map them to human genes first';
  }
  if (most((id) => /^\d+$/.test(id))) return 'these are row numbers: name the var column of gene ids with geneIds';
  if (most((id) => MOUSE_SYMBOL.test(id)))
    return 'these look like mouse gene symbols: map them to human Ensembl ids first';
  const known = vocabulary.tokens.at(-1) ?? '';
  return `ids of vocabulary ${vocabulary.version} look like ${known}: give the vocabulary these genes belong to, or map the ids`;
}
