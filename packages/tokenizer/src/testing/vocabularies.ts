import { makeVocabulary, SPECIAL_TOKENS, type Vocabulary } from '../vocabulary/vocabulary.js';

export interface Genes {
  medians: Readonly<Record<string, number>>;
  specials?: 2 | 4;
  symbols?: Readonly<Record<string, string>>;
  mapping?: Readonly<Record<string, string>>;
}

/** Returns a vocabulary of a few genes, in the given order. */
export function smallVocabulary({ medians, specials = 4, symbols, mapping }: Genes): Vocabulary {
  return makeVocabulary('a test', {
    version: 'small',
    tokens: [...SPECIAL_TOKENS.slice(0, specials), ...Object.keys(medians)],
    median: [...new Array<number>(specials).fill(NaN), ...Object.values(medians)],
    ...(symbols && { symbols: new Map(Object.entries(symbols)) }),
    ...(mapping && { mapping: new Map(Object.entries(mapping)) }),
  });
}

/** Returns a well-formed human Ensembl id. */
export const ensg = (number: number): string => `ENSG${String(number).padStart(11, '0')}`;
