import { FormatError } from '../errors.js';
import { readWhole } from '../files/whole.js';
import { parsePickledDictionary } from '../pickle/dictionary.js';
import { parseJsonDictionary } from './json.js';
import { parseTableDictionary } from './table.js';
import { MOST_DICTIONARY_BYTES, type Dictionary } from './type.js';

/**
 * Reads a dictionary from text to text or numbers: a Python pickle (see `readPickledDictionary`), a JSON object, or a table
 * of two columns (TSV or CSV). The three are told apart by their first bytes, not by their name; each may be gzip.
 *
 * The values of a table are numbers when all of them are; a first line that breaks that rule alone is a header.
 *
 * @throws FileMissingError, FileAccessError, FormatError, UnsupportedError naming the key or the line
 */
export async function readDictionary(path: string): Promise<Dictionary> {
  const bytes = await readWhole(path, MOST_DICTIONARY_BYTES, 'a dictionary');
  if (bytes[0] === PICKLE) return parsePickledDictionary(bytes, path);
  const text = decode(bytes, path);
  if (text.trim() === '') throw new FormatError(path, 'file', 'is empty', 'fetch or write it again');
  return text.trimStart().startsWith('{') ? parseJsonDictionary(text, path) : parseTableDictionary(text, path);
}

const PICKLE = 0x80;

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError(path, 'file', 'is neither a pickle nor text in UTF-8', 'fetch or write it again', { cause });
  }
}
