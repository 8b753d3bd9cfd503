import { type ByteSource, FormatError, messageOf, UnsupportedError } from '@geneformer-ts/core';
import { readBytes, readWhole } from '../base/bytes.js';
import { type FileInput, withInput } from '../base/input.js';
import { recordsOf } from '../base/records.js';
import { decodeText, readTextBytes } from '../base/text.js';
import { RefusedError, unpickle } from './pickle/machine.js';
import { numpyNames } from './pickle/numpy.js';

/** Content of a token, median, name or mapping dictionary. */
export type Dictionary = Map<string, string | number>;

/** The largest published dictionary is 4 MB. */
const MAX_DICTIONARY_BYTES = 1 << 28;

/**
 * Reads a dictionary from strings to strings or numbers: a Python pickle (see `readPickledDictionary`), a JSON object, or
 * a table of two columns (TSV or CSV). The format is detected from the first bytes, not from the name. Any of them may be
 * compressed with gzip.
 *
 * The values of a table are read as numbers if all of them are numbers. If only the first line is not, it is a header.
 *
 * @param file path, or source of the bytes
 * @throws FileMissingError; FileAccessError; FormatError or UnsupportedError naming the key or the line
 * @example
 * const tokens = await readDictionary('token_dictionary_gc30M.pkl');
 * tokens.get('<pad>'); // 0
 */
export function readDictionary(file: FileInput): Promise<Dictionary> {
  return withInput(file, async (source) => {
    const path = source.name;
    if ((await firstByte(readBytes(source))) === PICKLE) return readPickle(source);
    const first = await firstByte(readTextBytes(source));
    if (first === undefined) throw new FormatError(path, 'file', 'is empty', 'download or write it again');
    if (first !== BRACE) return readTableDictionary(source);
    const bytes = await readWhole(source, MAX_DICTIONARY_BYTES, 'a dictionary', readTextBytes(source));
    return parseJsonDictionary(decodeText(bytes, path, 'file'), path);
  });
}

async function readPickle(source: ByteSource): Promise<Dictionary> {
  return parsePickledDictionary(await readWhole(source, MAX_DICTIONARY_BYTES, 'a dictionary'), source.name);
}

const PICKLE = 0x80;
const BRACE = 0x7b;

/** Returns the first byte that is not white space. */
async function firstByte(chunks: AsyncIterable<Uint8Array>): Promise<number | undefined> {
  for await (const chunk of chunks) {
    const found = chunk.find((byte) => byte !== 32 && (byte < 9 || byte > 13));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Reads a pickled Python dictionary from strings to strings or numbers. Geneformer publishes its vocabularies, medians and
 * gene maps in this format.
 *
 * Nothing in the file is executed: numpy's scalar and dtype are decoded here, and any other name in the file is an error.
 *
 * @param file path, or source of the bytes
 * @throws FileMissingError; FormatError or UnsupportedError naming the key
 * @example
 * const medians = await readPickledDictionary('gene_median_dictionary_gc30M.pkl');
 * medians.get('ENSG00000000003'); // 2.001186019549122
 */
export function readPickledDictionary(file: FileInput): Promise<Dictionary> {
  return withInput(file, readPickle);
}

/** @throws FormatError, UnsupportedError naming the key */
export function parsePickledDictionary(bytes: Uint8Array, path: string): Dictionary {
  const value = parse(bytes, path);
  if (!(value instanceof Map)) {
    throw new FormatError(path, 'pickle', 'is not a dictionary', 'use a token, median, name or mapping dictionary');
  }
  for (const [key, item] of value) checkItem(path, key, item);
  return value as Dictionary;
}

function parse(bytes: Uint8Array, path: string): unknown {
  try {
    return unpickle(bytes, { names: numpyNames });
  } catch (cause) {
    if (cause instanceof RefusedError) {
      const remedy = 'only dictionaries of strings and numbers are supported; nothing is executed';
      throw new UnsupportedError(path, 'pickle', cause.what, remedy, { cause });
    }
    throw new FormatError(path, 'pickle', messageOf(cause), 'the file is damaged or not a pickle; download it again', {
      cause,
    });
  }
}

function checkItem(path: string, key: unknown, item: unknown): void {
  if (typeof key !== 'string') {
    const shown = typeof key === 'number' ? `key ${key}` : 'a key';
    throw new UnsupportedError(path, shown, 'a key that is not a string', 'check whether keys and values are swapped');
  }
  if (typeof item === 'string' || typeof item === 'number') return;
  throw new UnsupportedError(
    path,
    `key '${key}'`,
    `a value of type ${typeof item}`,
    'values must be strings or numbers',
  );
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
    if (item === Infinity || item === -Infinity) throw tooLarge(path, key);
    if (typeof item === 'string' || typeof item === 'number') continue;
    const problem = `is ${Array.isArray(item) ? 'a list' : item === null ? 'null' : `of type ${typeof item}`}`;
    throw new FormatError(path, `key '${key}'`, problem, 'give every key a string or a number');
  }
  checkKeysOnce(text, entries.length, path);
  return new Map(entries as [string, string | number][]);
}

/** Rejects repeated keys, because `JSON.parse` keeps the last value, which may be the wrong median. */
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
 *
 * @throws FormatError naming the line or the key; any error of `recordsOf`
 */
async function readTableDictionary(source: ByteSource): Promise<Dictionary> {
  const path = source.name;
  const rows: [string, string][] = [];
  for await (const batch of recordsOf(source)) {
    for (const { fields, line } of batch) {
      const [key, value, ...spare] = fields;
      if (!key || !value || spare.some((field) => field.text !== '')) {
        const problem = `has ${fields.length} fields, not a key and a value`;
        throw new FormatError(path, `line ${line}`, problem, 'use a table of two columns');
      }
      rows.push([key.text, value.text]);
    }
  }
  const isNumber = ([, value]: [string, string]): boolean => NUMBER.test(value);
  const numbers = rows.length > 0 && rows.slice(1).every(isNumber) && (rows.length > 1 || isNumber(rows[0]));
  const hasHeader = numbers && !isNumber(rows[0]);
  const dictionary: Dictionary = new Map();
  for (const [key, value] of hasHeader ? rows.slice(1) : rows) {
    if (dictionary.has(key)) throw new FormatError(path, `key '${key}'`, 'occurs twice', 'keep one of them');
    if (numbers && !Number.isFinite(Number(value))) throw tooLarge(path, key);
    dictionary.set(key, numbers ? Number(value) : value);
  }
  return dictionary;
}

/** Returns the error for a number that would become infinite. */
function tooLarge(path: string, key: string): FormatError {
  return new FormatError(path, `key '${key}'`, 'has a number that is too large for a double', 'correct it');
}
