import { FileAccessError } from '../file-errors.js';
import type { FileHandle } from '#system';

/** Most bytes per read call; the limit of the system is 2 GiB. */
const MOST = 1 << 30;

/**
 * Reads the bytes from `position` to `position + length` of an open file. Check the range against the file size first,
 * because the memory is allocated before reading.
 * @throws FileAccessError when the file at `path` ends earlier
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
    if (bytesRead === 0)
      throw new FileAccessError(
        path,
        'became shorter while it was read; check that no other program writes it, and run again',
      );
    done += bytesRead;
  }
  return bytes;
}
