import { FileAccessError } from '../file-errors.js';
import type { FileHandle } from 'node:fs/promises';

/** One read call moves at most this much; the system's limit is 2 GiB. */
const MOST = 1 << 30;

/**
 * Bytes `position` to `position + length` of an open file. Check them against the size of the file first: the memory is
 * taken before the first byte is read.
 * @throws FileAccessError when the file, named by `path`, ends before
 */
export async function readExactly(
  file: FileHandle,
  path: string,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, Math.min(MOST, length - done), position + done);
    if (bytesRead === 0) throw new FileAccessError(path, 'became shorter while it was read');
    done += bytesRead;
  }
  return bytes;
}
