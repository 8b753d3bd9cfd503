import {
  loadVocabulary,
  publishedDigests,
  type PublishedVersion,
  readVocabulary,
  type Vocabulary,
} from '@geneformer-ts/tokenizer';
import type { VocabularyTag } from '@geneformer-ts/model';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ModelMissingError } from '../errors.js';
import { type FetchOptions, fetchTogether } from './locate.js';

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
  tag: VocabularyTag | null,
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
  const parts = ['tokens', 'medians', 'names', 'mapping'].map((part) => `${version.toLowerCase()}-${part}`);
  return loadVocabulary(version, await fetchTogether(parts, options));
}
