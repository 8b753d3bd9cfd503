import { readTextFile, writeFileAtomic } from '@geneformer-ts/core/node';
import { VocabularyError } from '../errors.js';
import { makeVocabulary, specialCount, type Vocabulary } from './vocabulary.js';

const FORMAT = 'geneformer-ts vocabulary';
const SCHEMA = 1;

/**
 * Writes a vocabulary, its medians and both digests as JSON. Medians keep all their bits. A failed write leaves an earlier
 * file as it was.
 *
 * ```ts
 * await saveVocabulary('vocabulary.json', vocabulary);
 * const same = await readVocabulary('vocabulary.json');
 * same.digest === vocabulary.digest; // true
 * ```
 */
export async function saveVocabulary(path: string, vocabulary: Vocabulary): Promise<void> {
  const { version, digest, medianDigest, tokens, median, symbols, mapping } = vocabulary;
  const document = {
    format: FORMAT,
    schema: SCHEMA,
    version,
    digest,
    medianDigest,
    tokens,
    // Special tokens have no median.
    medians: Array.from(median.subarray(specialCount(tokens))),
    ...(symbols && { symbols: Object.fromEntries(symbols) }),
    ...(mapping && { mapping: Object.fromEntries(mapping) }),
  };
  await writeFileAtomic(path, `${JSON.stringify(document)}\n`);
}

function strings(path: string, field: string, value: unknown): Map<string, string> {
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : null;
  if (entries === null || !entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    throw new VocabularyError(path, `field ${field} is not an object of strings; write it again with saveVocabulary`);
  }
  return new Map(entries);
}

/** Size limit of a file, in bytes. A vocabulary of 60,000 genes takes about 5 MB. */
const MOST_BYTES = 2 ** 28;

/**
 * Reads a vocabulary that `saveVocabulary` wrote.
 *
 * @throws VocabularyError if the file has another format, or its content does not match the digests it states
 */
export async function readVocabulary(path: string): Promise<Vocabulary> {
  let document: Record<string, unknown>;
  try {
    document = JSON.parse(await readTextFile(path, MOST_BYTES)) as Record<string, unknown>;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new VocabularyError(path, 'is not JSON; write the vocabulary again with saveVocabulary', { cause });
  }
  if (document?.['format'] !== FORMAT || document['schema'] !== SCHEMA) {
    throw new VocabularyError(
      path,
      `format is ${JSON.stringify(document?.['format'])}, schema ${JSON.stringify(document?.['schema'])}; expected ${JSON.stringify(FORMAT)}, schema ${SCHEMA}; give a file written by saveVocabulary`,
    );
  }
  const { version, digest, medianDigest, tokens, medians, symbols, mapping } = document;
  if (typeof version !== 'string')
    throw new VocabularyError(path, 'field version is not a string; write the vocabulary again with saveVocabulary');
  if (!Array.isArray(tokens) || !tokens.every((token): token is string => typeof token === 'string')) {
    throw new VocabularyError(path, 'field tokens is not a list of strings; write it again with saveVocabulary');
  }
  if (!Array.isArray(medians) || !medians.every((value): value is number => typeof value === 'number')) {
    throw new VocabularyError(path, 'field medians is not a list of numbers; write it again with saveVocabulary');
  }
  const specials = new Array<number>(specialCount(tokens)).fill(NaN);
  const genes = tokens.length - specials.length;
  if (medians.length !== genes) {
    const counts = `${medians.length} medians for ${genes} genes`;
    throw new VocabularyError(path, `field medians has ${counts}; write the vocabulary again with saveVocabulary`);
  }
  const vocabulary = makeVocabulary(path, {
    version,
    tokens,
    median: [...specials, ...medians],
    ...(symbols !== undefined && { symbols: strings(path, 'symbols', symbols) }),
    ...(mapping !== undefined && { mapping: strings(path, 'mapping', mapping) }),
  });
  for (const [field, stated, found] of [
    ['digest', digest, vocabulary.digest],
    ['medianDigest', medianDigest, vocabulary.medianDigest],
  ] as const) {
    if (stated !== found) {
      throw new VocabularyError(
        path,
        `field ${field} is ${String(stated)}, but the content has ${found}: the file was changed; write it again with saveVocabulary`,
      );
    }
  }
  return vocabulary;
}
