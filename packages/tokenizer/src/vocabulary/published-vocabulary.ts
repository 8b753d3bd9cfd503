import { readPickledDictionary } from '@geneformer-ts/io';
import { existsSync, join } from '@geneformer-ts/core/system';
import { DictionaryMissingError, VocabularyError } from '../errors.js';
import { makeVocabulary, type Vocabulary } from './vocabulary.js';

/** A version of Geneformer whose vocabulary is published. */
export type PublishedVersion = 'V1' | 'V2';

/** A published vocabulary; it always has gene symbols and the mapping of retired ids. */
export interface PublishedVocabulary extends Vocabulary {
  readonly symbols: ReadonlyMap<string, string>;
  readonly mapping: ReadonlyMap<string, string>;
}

/**
 * SHA-256 digests of the published vocabularies, independent of the file format. V1 and V2 share gene ids but number them
 * differently; confusing them would silently give wrong genes.
 */
export const publishedDigests: Readonly<Record<PublishedVersion, { tokens: string; medians: string }>> = {
  V1: {
    tokens: '2de215b65939877fa9e5572dd8da38b0fb576d87fb7426fafebbcdd43865606a',
    medians: 'f928996243d0d763fd82409c3abb704e01113edfdb7f5f92cc93070182c48d4e',
  },
  V2: {
    tokens: '77296212d74b0017737e97d8ffb3f20486097554dd124beb29353bfffb4924cd',
    medians: '218416a5c6fbd7bbfa21de104a4562e8f94ef29c4db0bd21b18a7c1e4711aa33',
  },
};

const suffixes: Readonly<Record<PublishedVersion, readonly string[]>> = {
  V1: ['gc30M'],
  // The same files were first published as gc95M.
  V2: ['gc104M', 'gc95M_is_official_gc104M', 'gc95M'],
};

const folders: Readonly<Record<PublishedVersion, readonly string[]>> = {
  V1: ['.', 'gene_dictionaries_30m'],
  V2: ['.'],
};

function locate(directory: string, version: PublishedVersion, stem: string): string {
  const names = folders[version].flatMap((folder) =>
    suffixes[version].map((suffix) => join(folder, `${stem}_${suffix}.pkl`)),
  );
  const found = names.map((name) => join(directory, name)).find((path) => existsSync(path));
  if (found === undefined) throw new DictionaryMissingError(directory, names);
  return found;
}

async function readStrings(path: string): Promise<Map<string, string>> {
  const dictionary = await readPickledDictionary(path);
  for (const [key, value] of dictionary) {
    if (typeof value !== 'string') {
      throw new VocabularyError(path, `entry ${key} is ${value}, not a gene id; download the dictionary again`);
    }
  }
  return dictionary as Map<string, string>;
}

async function readTokens(path: string): Promise<string[]> {
  const dictionary = await readPickledDictionary(path);
  const tokens = new Array<string>(dictionary.size);
  for (const [key, id] of dictionary) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= dictionary.size || id in tokens) {
      throw new VocabularyError(
        path,
        `entry ${key} is ${id}; token ids must be 0 … ${dictionary.size - 1}, each once; download the dictionary again`,
      );
    }
    tokens[id] = key;
  }
  return tokens;
}

/**
 * Loads a published vocabulary from its four pickled dictionaries (tokens, medians, gene names, id mapping) and checks that
 * they are those of the given version. Files are found by their published names; pickles are parsed, never executed.
 *
 * ```ts
 * const vocabulary = await loadVocabulary('V2', 'geneformer');
 * vocabulary.size; // 20275
 * ```
 *
 * @throws DictionaryMissingError if the folder lacks one of the files
 * @throws VocabularyError if the content differs from the published one
 */
export async function loadVocabulary(version: PublishedVersion, directory: string): Promise<PublishedVocabulary> {
  const tokenPath = locate(directory, version, 'token_dictionary');
  const medianPath = locate(directory, version, 'gene_median_dictionary');
  const tokens = await readTokens(tokenPath);
  const medians = await readPickledDictionary(medianPath);
  const symbols = await readStrings(locate(directory, version, 'gene_name_id_dict'));
  const mapping = await readStrings(locate(directory, version, 'ensembl_mapping_dict'));

  const median = tokens.map((token) => Number(token.startsWith('<') ? NaN : medians.get(token)));
  const vocabulary = makeVocabulary(tokenPath, { version, tokens, median, symbols, mapping });
  const published = publishedDigests[version];
  if (vocabulary.digest !== published.tokens) {
    throw new VocabularyError(tokenPath, mismatch('tokens', version, published.tokens, vocabulary.digest));
  }
  if (vocabulary.medianDigest !== published.medians) {
    throw new VocabularyError(medianPath, mismatch('medians', version, published.medians, vocabulary.medianDigest));
  }
  return { ...vocabulary, symbols, mapping };
}

function mismatch(what: string, version: PublishedVersion, expected: string, found: string): string {
  return `the ${what} are not those of ${version} (digest ${found}, published ${expected}); download the dictionary again`;
}
