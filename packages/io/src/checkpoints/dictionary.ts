import { FormatError, messageOf, UnsupportedError } from '@geneformer-ts/core';
import { readBytes, readWhole } from '../base/bytes.js';
import { readRecords } from '../base/records.js';
import { decodeText, readTextBytes } from '../base/text.js';
import { RefusedError, unpickle } from './pickle/machine.js';
import { numpyNames } from './pickle/numpy.js';

/** The content of a token, median, name or mapping dictionary. */
export type Dictionary = Map<string, string | number>;

/** The largest published dictionary is 4 MB. */
const MAX_DICTIONARY_BYTES = 1 << 28;

/**
 * Reads a dictionary from text to text or numbers: a Python pickle (see `readPickledDictionary`), a JSON object, or a table
 * of two columns (TSV or CSV). The format is detected from the first bytes, not from the name; each may be gzip.
 *
 * The values of a table are numbers when all of them are; a first line that breaks that rule alone is a header.
 *
 * @throws FileMissingError, FileAccessError, FormatError, UnsupportedError naming the key or the line
 */
export async function readDictionary(path: string): Promise<Dictionary> {
  if ((await firstByte(readBytes(path))) === PICKLE) {
    return parsePickledDictionary(await readWhole(path, MAX_DICTIONARY_BYTES, 'a dictionary'), path);
  }
  const first = await firstByte(readTextBytes(path));
  if (first === undefined) throw new FormatError(path, 'file', 'is empty', 'download or write it again');
  if (first !== BRACE) return readTableDictionary(path);
  const bytes = await readWhole(path, MAX_DICTIONARY_BYTES, 'a dictionary', readTextBytes(path));
  return parseJsonDictionary(decodeText(bytes, path, 'file'), path);
}

const PICKLE = 0x80;
const BRACE = 0x7b;

/** Returns the first byte that is not a space or a line end. */
async function firstByte(chunks: AsyncIterable<Uint8Array>): Promise<number | undefined> {
  for await (const chunk of chunks) {
    const found = chunk.find((byte) => byte !== 32 && (byte < 9 || byte > 13));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Reads a pickled Python dictionary from text to text or numbers, as Geneformer publishes its vocabularies, medians and
 * gene maps. Nothing in the file is executed: the only names it may refer to are numpy's scalar and dtype, which are decoded
 * here, and any other name is an error.
 *
 * @throws FileMissingError, FormatError, UnsupportedError naming the key
 */
export async function readPickledDictionary(path: string): Promise<Dictionary> {
  return parsePickledDictionary(await readWhole(path, MAX_DICTIONARY_BYTES, 'a dictionary'), path);
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
      'the file is damaged or not a pickle (a Git LFS pointer?); download it again',
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

/** @throws FormatError naming the key */
function parseJsonDictionary(text: string, path: string): Dictionary {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(path, 'JSON', messageOf(cause), 'repair the file or download it again', { cause });
  }
  const entries = Object.entries(value as Record<string, unknown>);
  for (const [key, item] of entries) {
    if (typeof item === 'string' || typeof item === 'number') continue;
    const problem = `is ${Array.isArray(item) ? 'a list' : item === null ? 'null' : `of type ${typeof item}`}`;
    throw new FormatError(path, `key '${key}'`, problem, 'give every key a text or a number');
  }
  checkKeysOnce(text, entries.length, path);
  return new Map(entries as [string, string | number][]);
}

/** Refuses repeated keys: JSON.parse keeps the last value, which may be the wrong median. */
function checkKeysOnce(text: string, keys: number, path: string): void {
  const seen = new Set<string>();
  const found = text.matchAll(/"(?:[^"\\]|\\.)*"(?=\s*:)/g);
  let count = 0;
  let twice: string | undefined;
  for (const [quoted] of found) {
    const key = JSON.parse(quoted) as string;
    if (seen.has(key)) twice ??= key;
    seen.add(key);
    count++;
  }
  if (count > keys) throw new FormatError(path, `key '${twice ?? ''}'`, 'occurs twice', 'keep one of its values');
}

const NUMBER = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads a table of two columns.
 * @throws FormatError naming the line or the key; what `readRecords` throws
 */
async function readTableDictionary(path: string): Promise<Dictionary> {
  const rows: [string, string][] = [];
  for await (const batch of readRecords(path)) {
    for (const { fields, line } of batch) {
      const [key, value, ...spare] = fields;
      if (!key || !value || spare.some((field) => field.text !== '')) {
        const problem = `has ${fields.length} fields where a key and a value are needed`;
        throw new FormatError(path, `line ${line}`, problem, 'give a dictionary of two columns');
      }
      rows.push([key.text, value.text]);
    }
  }
  const isNumber = ([, value]: [string, string]): boolean => NUMBER.test(value);
  const numbers = rows.length > 0 && rows.slice(1).every(isNumber) && (rows.length > 1 || isNumber(rows[0]));
  const headed = numbers && !isNumber(rows[0]);
  const dictionary: Dictionary = new Map();
  for (const [key, value] of headed ? rows.slice(1) : rows) {
    if (dictionary.has(key)) throw new FormatError(path, `key '${key}'`, 'occurs twice', 'keep one of the two');
    dictionary.set(key, numbers ? Number(value) : value);
  }
  return dictionary;
}
