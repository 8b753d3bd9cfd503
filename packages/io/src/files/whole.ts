import { UnsupportedError } from '../errors.js';
import { readBytes } from './bytes.js';

/**
 * A file read whole, unpacked when it is gzip, for formats that cannot be read in pieces.
 * @param what the file should be, for the message
 * @throws UnsupportedError when it holds more than `most` bytes, unpacked; what `readBytes` throws
 */
export async function readWhole(path: string, most: number, what: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of readBytes(path)) {
    total += chunk.length;
    if (total > most) throw new UnsupportedError(path, 'file', `${what} of more than ${most} bytes`, 'is it one?');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What is read as one text: metadata of some million cells. A text of Node's holds twice as much. */
const MOST_TEXT_BYTES = 2 ** 28;

/**
 * A text file read whole; bytes that are not UTF-8 become replacement characters.
 * @throws as `readWhole`
 */
export async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readWhole(path, MOST_TEXT_BYTES, 'a table'));
}
