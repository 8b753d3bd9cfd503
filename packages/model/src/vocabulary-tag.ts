import type { Vocabulary } from '@geneformer-ts/tokenizer';

/** What a model must know of its vocabulary. A `Vocabulary` of the tokenizer package is one. */
export type VocabularyTag = Pick<Vocabulary, 'version' | 'digest' | 'size' | 'padId' | 'maskId' | 'clsId' | 'eosId'>;

/** Only the fields of the tag, whatever else the object holds. */
export function tagOf(vocabulary: VocabularyTag): VocabularyTag {
  const { version, digest, size, padId, maskId, clsId, eosId } = vocabulary;
  return { version, digest, size, padId, maskId, clsId, eosId };
}
