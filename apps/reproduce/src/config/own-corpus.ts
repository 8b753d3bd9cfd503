import type { DataParams } from '../stages/data.params.js';
import type { TokenizeParams } from '../stages/tokenize.params.js';

/** Returns whether medians come from cells other than the tested ones: from a published vocabulary or a separate corpus. */
export function hasOwnCorpus({ data, tokenize }: { data: DataParams; tokenize: TokenizeParams }): boolean {
  return tokenize.vocabulary !== 'corpus' || data.kind === 'corpus' || data.corpus !== undefined;
}

export const OWN_CORPUS = {
  path: ['tokenize', 'vocabulary'],
  message: 'medians would be learned from the tested cells; add data.corpus or name a published vocabulary',
};
