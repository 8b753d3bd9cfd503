import { FormatError } from '@geneformer-ts/core';
import { decodeText, readTextBytes } from '../files/text.js';
import { readBytes } from '../files/bytes.js';
import { readWhole } from '../files/whole.js';
import { parsePickledDictionary } from '../pickle/dictionary.js';
import { parseJsonDictionary } from './json.js';
import { readTableDictionary } from './table.js';
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
  if ((await firstByte(readBytes(path))) === PICKLE) {
    return parsePickledDictionary(await readWhole(path, MOST_DICTIONARY_BYTES, 'a dictionary'), path);
  }
  const first = await firstByte(readTextBytes(path));
  if (first === undefined) throw new FormatError(path, 'file', 'is empty', 'fetch or write it again');
  if (first !== BRACE) return readTableDictionary(path);
  const bytes = await readWhole(path, MOST_DICTIONARY_BYTES, 'a dictionary', readTextBytes(path));
  return parseJsonDictionary(decodeText(bytes, path, 'file'), path);
}

const PICKLE = 0x80;
const BRACE = 0x7b;

/** The first byte that is not a space or a line end. */
async function firstByte(chunks: AsyncIterable<Uint8Array>): Promise<number | undefined> {
  for await (const chunk of chunks) {
    const found = chunk.find((byte) => byte !== 32 && (byte < 9 || byte > 13));
    if (found !== undefined) return found;
  }
  return undefined;
}
