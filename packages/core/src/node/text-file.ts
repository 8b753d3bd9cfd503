import { fileError } from './file-error.js';
import { FormatError } from '../file-errors.js';
import { readFile } from 'node:fs/promises';
import { HEAD_BYTES, checkContent, checkRegular } from './inspect.js';

/**
 * Reads a whole text file, UTF-8, after looking at what it is: a named pipe would wait for a writer, and a file of gigabytes
 * would fill the memory.
 *
 * @param mostBytes size up to which such a file is believed
 * @throws FileMissingError; FileAccessError for what is not a regular file or cannot be read; FormatError for a larger file, a
 *   web page and a pointer of Git LFS
 * @example
 * const config = JSON.parse(await readTextFile('config.json', 1_000_000));
 */
export async function readTextFile(path: string, mostBytes: number): Promise<string> {
  const { size } = checkRegular(path);
  if (size > mostBytes) {
    throw new FormatError(path, 'size', `is ${size} bytes, more than the ${mostBytes} of such files`, 'check the name');
  }
  try {
    const bytes = await readFile(path);
    checkContent(path, bytes.subarray(0, HEAD_BYTES));
    return bytes.toString('utf8');
  } catch (cause) {
    throw fileError(path, cause);
  }
}
