import { open } from 'node:fs/promises';
import { sourceOf, type ByteSource } from '../byte-source.js';
import { readExactly } from './exactly.js';
import { fileError } from './file-error.js';
import { checkRegular } from './inspect.js';

/**
 * Opens a file as a `ByteSource`. Close it when it is no longer read.
 *
 * @throws FileMissingError; FileAccessError for a folder, a pipe or a device, or when the file cannot be read
 * @example
 * const source = await openFile('cells.h5ad');
 * const signature = await source.read(0, 8);
 * await source.close();
 */
export async function openFile(path: string): Promise<ByteSource> {
  const { size } = checkRegular(path);
  const refuse = (cause: unknown): never => {
    throw fileError(path, cause);
  };
  const file = await open(path, 'r').catch(refuse);
  return sourceOf(
    path,
    size,
    (offset, length) => readExactly(file, path, offset, length).catch(refuse),
    () => file.close(),
  );
}
