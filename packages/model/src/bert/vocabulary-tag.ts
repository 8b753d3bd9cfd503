/** Identifies the vocabulary that a model was trained with. A `Vocabulary` of the tokenizer package can be used as one. */
export interface VocabularyTag {
  /** `V1`, `V2`, or the name of a custom vocabulary. */
  readonly version: string;
  /** sha256 of the lines "key TAB id NEWLINE" in the order of the ids. */
  readonly digest: string;
  /** Number of tokens including special tokens: the `vocab_size` of the model. */
  readonly size: number;
  readonly padId: 0;
  readonly maskId: 1;
  /** Null if the vocabulary has no `<cls>`, such as V1. */
  readonly clsId: number | null;
  readonly eosId: number | null;
}

/** Returns a copy with only the fields of a tag. */
export function tagOf(vocabulary: VocabularyTag): VocabularyTag {
  const { version, digest, size, padId, maskId, clsId, eosId } = vocabulary;
  return { version, digest, size, padId, maskId, clsId, eosId };
}

const ids = { padId: 0, maskId: 1 } as const;

/** The vocabularies of the published checkpoints. The tokenizer package refuses dictionaries with other digests. */
const published: readonly VocabularyTag[] = [
  {
    version: 'V1',
    digest: '2de215b65939877fa9e5572dd8da38b0fb576d87fb7426fafebbcdd43865606a',
    size: 25_426,
    ...ids,
    clsId: null,
    eosId: null,
  },
  {
    version: 'V2',
    digest: '77296212d74b0017737e97d8ffb3f20486097554dd124beb29353bfffb4924cd',
    size: 20_275,
    ...ids,
    clsId: 2,
    eosId: 3,
  },
];

/** Returns the name of a vocabulary for messages: its version if it is published, and the first twelve digits of its digest. */
export function vocabularyName(digest: string): string {
  const version = published.find((tag) => tag.digest === digest)?.version;
  return `${version ? `${version} ` : ''}(${digest.slice(0, 12)}…)`;
}

/**
 * Returns the published vocabulary of a given size, or null. Published checkpoints do not state their vocabulary; without this
 * check a V1 model would silently read V2 tokens as other genes.
 */
export function publishedTag(size: number): VocabularyTag | null {
  return published.find((tag) => tag.size === size) ?? null;
}
