import { publishedDigests, type Vocabulary } from '@geneformer-ts/tokenizer';

/** What a model must know of its vocabulary. A `Vocabulary` of the tokenizer package is one. */
export type VocabularyTag = Pick<Vocabulary, 'version' | 'digest' | 'size' | 'padId' | 'maskId' | 'clsId' | 'eosId'>;

/** Only the fields of the tag, whatever else the object holds. */
export function tagOf(vocabulary: VocabularyTag): VocabularyTag {
  const { version, digest, size, padId, maskId, clsId, eosId } = vocabulary;
  return { version, digest, size, padId, maskId, clsId, eosId };
}

const ids = { padId: 0, maskId: 1 } as const;
const published: readonly VocabularyTag[] = [
  { version: 'V1', digest: publishedDigests.V1.tokens, size: 25_426, ...ids, clsId: null, eosId: null },
  { version: 'V2', digest: publishedDigests.V2.tokens, size: 20_275, ...ids, clsId: 2, eosId: 3 },
];

/** How a message names a vocabulary: the version, of a published one, and the beginning of its digest. */
export function vocabularyName(digest: string): string {
  const version = published.find((tag) => tag.digest === digest)?.version;
  return `${version ? `${version} ` : ''}(${digest.slice(0, 12)}…)`;
}

/**
 * The vocabulary of a published checkpoint. Its files do not name it, but its size tells: without this a V1 model would read V2's
 * tokens, and name wrong genes, without any other sign.
 */
export function publishedTag(size: number): VocabularyTag | null {
  return published.find((tag) => tag.size === size) ?? null;
}
