import {
  loadVocabulary,
  publishedDigests,
  type PublishedVersion,
  readVocabulary,
  type Vocabulary,
} from '@geneformer-ts/tokenizer';
import type { VocabularyTag } from '@geneformer-ts/model';
import { readTextFile } from '@geneformer-ts/core/node';
import { existsSync, join } from '@geneformer-ts/core/system';
import { ModelMissingError } from '../errors.js';
import { type FetchOptions, fetchTogether, locateModel, publishedId } from './locate.js';

/** Name of the vocabulary in the folder of a model. */
export const VOCABULARY_FILE = 'vocabulary.json';

/**
 * Returns the vocabulary of a model with its medians: `vocabulary.json` in the folder, or for the published vocabularies
 * the dictionaries, which are fetched if they are not on this machine.
 *
 * @throws ModelMissingError if the vocabulary is not published and the folder does not contain it
 */
export async function modelVocabulary(
  folder: string,
  tag: Pick<VocabularyTag, 'digest'> | null,
  options: FetchOptions = {},
): Promise<Vocabulary> {
  const own = join(folder, VOCABULARY_FILE);
  if (existsSync(own)) return readVocabulary(own);
  const versions = Object.entries(publishedDigests) as [PublishedVersion, { tokens: string }][];
  const version = versions.find(([, { tokens }]) => tokens === tag?.digest)?.[0];
  if (version === undefined) {
    const problem = `has no ${VOCABULARY_FILE}, and its vocabulary is not a published one`;
    throw new ModelMissingError(folder, problem, 'write it there with saveVocabulary of @geneformer-ts/tokenizer');
  }
  return publishedVocabulary(version, options);
}

/**
 * Returns the vocabulary of a model without loading, or downloading, its weights.
 *
 * @param name as for `Geneformer.fromPretrained`
 */
export async function vocabularyOf(name: string, options: FetchOptions = {}): Promise<Vocabulary> {
  const published = await publishedId(name);
  if (published !== undefined) {
    return publishedVocabulary(published.startsWith('geneformer-v1') ? 'V1' : 'V2', options);
  }
  const folder = await locateModel(name, options);
  const config = await readTextFile(join(folder, 'config.json'), 2 ** 24)
    .then((text) => JSON.parse(text) as { vocab_size?: unknown })
    .catch(() => ({ vocab_size: undefined }));
  // Published checkpoints do not state their vocabulary; its size tells.
  const digest = Object.values(publishedDigests)[[25_426, 20_275].indexOf(config.vocab_size as number)]?.tokens;
  return modelVocabulary(folder, digest === undefined ? null : { digest }, options);
}

function publishedVocabulary(version: PublishedVersion, options: FetchOptions): Promise<Vocabulary> {
  const parts = ['tokens', 'medians', 'names', 'mapping'].map((part) => `${version.toLowerCase()}-${part}`);
  return fetchTogether(parts, options).then((folder) => loadVocabulary(version, folder));
}
