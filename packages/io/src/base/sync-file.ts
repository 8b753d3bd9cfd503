import { type ByteSource, FileAccessError } from '@geneformer-ts/core';

/**
 * A file that is read synchronously. Rows of a list column and chunks of HDF5 are read this way, because a promise per read
 * costs more than the read: asynchronous reads of cached files take 10 times as long for 16 KB and 4 times as long for
 * 256 KB (medians of eleven pairs), also when many are in flight.
 */
export interface SyncFile {
  readonly name: string;
  readonly byteLength: number;
  /** Version of the file when it was opened, if it is on disk. See `fileVersion` of core. */
  readonly version?: string;
  /**
   * Fills the first `length` bytes of `target` with the bytes of the file from `position` on.
   *
   * @throws FileAccessError
   */
  read(target: Uint8Array, length: number, position: number): void;
  /**
   * Checks that no program has written the file since it was opened. Takes half as long as a read of 16 KB.
   *
   * @throws FileAccessError
   */
  checkUnchanged(): void;
  /** Closing twice is allowed. */
  close(): void;
}

/** Largest single read of the operating system, in bytes. */
const MAX_READ_BYTES = 1 << 30;

/** Opens a path for synchronous reading. Needs Node. @throws FileMissingError; FileAccessError */
export async function openSyncFile(path: string): Promise<SyncFile> {
  const { closeSync, openSync, readSync } = await import('@geneformer-ts/core/system');
  const { checkFileVersion, checkRegular, fileError, fileVersion } = await import('@geneformer-ts/core/node');
  const { size } = checkRegular(path);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
  } catch (cause) {
    throw fileError(path, cause);
  }
  const version = fileVersion(path, descriptor);
  return {
    name: path,
    byteLength: size,
    version,
    read(target, length, position) {
      if (descriptor === undefined) throw new FileAccessError(path, 'was closed; open it again before reading');
      try {
        for (let done = 0; done < length;) {
          const count = readSync(descriptor, target, done, Math.min(MAX_READ_BYTES, length - done), position + done);
          if (count === 0) {
            const problem = 'became shorter while it was read; check that no other program writes it, and run again';
            throw new FileAccessError(path, problem);
          }
          done += count;
        }
      } catch (cause) {
        throw fileError(path, cause);
      }
    },
    checkUnchanged() {
      if (descriptor !== undefined) checkFileVersion(path, version, descriptor);
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

/** Loads a part of a source into memory for synchronous reading; positions are those of the source. */
export async function loadPart(source: ByteSource, start: number, length: number): Promise<SyncFile> {
  const { name, byteLength } = source;
  const bytes = await source.read(start, length);
  return {
    name,
    byteLength,
    read(target, count, position) {
      if (position < start || position + count > start + length) throw new RangeError('reads outside the loaded part');
      target.set(bytes.subarray(position - start, position - start + count));
    },
    checkUnchanged() {
      // Memory belongs to this process.
    },
    close() {
      // Memory needs no closing.
    },
  };
}
