import { HEAD_BYTES, checkContent } from '../content.js';
import { fileError } from './file-error.js';
import { FormatError } from '../file-errors.js';
import { readFile } from '#system';
import { checkRegular } from './inspect.js';

/**
 * Reads a whole UTF-8 text file after checking its kind and size: a named pipe would wait for a writer, and a huge file
 * would fill the memory.
 *
 * @param mostBytes largest accepted size in bytes
 * @throws FileMissingError; FileAccessError for what is not a regular file or cannot be read; FormatError for a larger
 *   file, a web page and a pointer of Git LFS
 * @example const config = JSON.parse(await readTextFile('config.json', 1_000_000));
 */
export async function readTextFile(path: string, mostBytes: number): Promise<string> {
  const { size } = checkRegular(path);
  if (size > mostBytes) {
    throw new FormatError(path, 'size', `is ${size} bytes, more than the ${mostBytes} of such files`, 'check the name');
  }
  try {
    const bytes = await readFile(path);
    checkContent(path, bytes.subarray(0, HEAD_BYTES));
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw fileError(path, cause);
  }
}
