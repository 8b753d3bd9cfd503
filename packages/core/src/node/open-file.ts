import { type BigIntStats, fstatSync, open, statSync } from '#system';
import { sourceOf, type ByteSource } from '../byte-source.js';
import { FileAccessError } from '../file-errors.js';
import { readExactly } from './exactly.js';
import { fileError } from './file-error.js';
import { checkRegular } from './inspect.js';

/** A file on disk that is open for reading. */
export interface FileSource extends ByteSource {
  /** Version of the file when it was opened. See `fileVersion`. */
  readonly version: string;
}

/**
 * Opens a file as a `ByteSource`. Close it when it is no longer read.
 *
 * A file that another program writes meanwhile is refused by the next read, because its parts would not fit each other.
 * A file that is replaced by another of its name is read to its end as it was.
 *
 * @throws FileMissingError; FileAccessError for a folder, a pipe or a device, or when the file cannot be read
 * @example
 * const source = await openFile('cells.h5ad');
 * const signature = await source.read(0, 8);
 * await source.close();
 */
export async function openFile(path: string): Promise<FileSource> {
  checkRegular(path);
  const refuse = (cause: unknown): never => {
    throw fileError(path, cause);
  };
  const file = await open(path, 'r').catch(refuse);
  const version = fileVersion(path, file.fd);
  const source = sourceOf(
    path,
    fstatSync(file.fd).size,
    async (offset, length) => {
      const bytes = await readExactly(file, path, offset, length).catch(refuse);
      checkFileVersion(path, version, file.fd);
      return bytes;
    },
    () => file.close(),
  );
  return { ...source, version };
}

/**
 * Returns a text that identifies the state of a file: it differs once the file is written, or when another file has its
 * name. Consists of the device, the file number, the size and the time of the last change.
 *
 * @param descriptor the open file; default the file that has the name now
 * @throws FileMissingError; FileAccessError
 */
export function fileVersion(path: string, descriptor?: number): string {
  let info: BigIntStats;
  try {
    info = descriptor === undefined ? statSync(path, { bigint: true }) : fstatSync(descriptor, { bigint: true });
  } catch (cause) {
    throw fileError(path, cause);
  }
  return `${info.dev}:${info.ino}:${info.size}:${info.mtimeNs}`;
}

/** Checks that a file is still in the state `version`. @throws FileAccessError otherwise */
export function checkFileVersion(path: string, version: string, descriptor?: number): void {
  if (fileVersion(path, descriptor) === version) return;
  throw new FileAccessError(path, 'changed while it was read; check that no other program writes it, and run again');
}
