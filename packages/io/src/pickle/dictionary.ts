import { MOST_DICTIONARY_BYTES, type Dictionary } from '../dictionary/type.js';
import { FormatError, messageOf, UnsupportedError } from '@geneformer-ts/core';
import { readWhole } from '../files/whole.js';
import { RefusedError, unpickle } from './machine.js';
import { numpyNames } from './numpy.js';

/**
 * Reads a pickled Python dictionary from text to text or numbers, as Geneformer publishes its vocabularies, medians and
 * gene maps. Nothing in the file is executed: the only names it may refer to are numpy's scalar and dtype, which are decoded
 * here, and any other name is an error.
 *
 * @throws FileMissingError, FormatError, UnsupportedError naming the key
 */
export async function readPickledDictionary(path: string): Promise<Dictionary> {
  return parsePickledDictionary(await readWhole(path, MOST_DICTIONARY_BYTES, 'a dictionary'), path);
}

/** @throws FormatError, UnsupportedError naming the key */
export function parsePickledDictionary(bytes: Uint8Array, path: string): Dictionary {
  const value = parse(bytes, path);
  if (!(value instanceof Map)) {
    throw new FormatError(path, 'pickle', 'is not a dictionary', 'give a token, median, name or mapping dictionary');
  }
  for (const [key, item] of value) checkItem(path, key, item);
  return value as Dictionary;
}

function parse(bytes: Uint8Array, path: string): unknown {
  try {
    return unpickle(bytes, { names: numpyNames });
  } catch (cause) {
    if (cause instanceof RefusedError) {
      const remedy = 'only dictionaries of texts and numbers are read; nothing is executed';
      throw new UnsupportedError(path, 'pickle', cause.what, remedy, { cause });
    }
    throw new FormatError(
      path,
      'pickle',
      messageOf(cause),
      'the file is damaged or not a pickle (a Git LFS pointer?); fetch it again',
      { cause },
    );
  }
}

function checkItem(path: string, key: unknown, item: unknown): void {
  if (typeof key !== 'string') {
    const shown = typeof key === 'number' ? `key ${key}` : 'a key';
    throw new UnsupportedError(path, shown, 'a key that is not text', 'is the dictionary inverted?');
  }
  if (typeof item === 'string' || typeof item === 'number') return;
  throw new UnsupportedError(path, `key '${key}'`, `a value of type ${typeof item}`, 'texts and numbers are read');
}
