import { process } from '@geneformer-ts/core/system';
import { checkFolderPath } from '../base/input.js';

/** A temporary file, written and read synchronously, because it is accessed in the inner loop of a pass. */
export interface ScratchFile {
  /** @throws FileAccessError */
  write(bytes: Uint8Array, position: number): void;
  /** Fills `bytes` from `position` on. @throws FileAccessError */
  read(bytes: Uint8Array, position: number): void;
  close(): void;
}

/**
 * Creates a temporary file. Except on Windows it is unlinked once it is open, so nothing remains even if the process is
 * killed. In a browser the file is in memory.
 *
 * @param folder folder of the file; default the temporary folder of the system
 * @throws FileAccessError; ArgumentError for what is not a path
 */
export async function createScratchFile(folder: string | undefined): Promise<ScratchFile> {
  if (folder !== undefined) checkFolderPath(folder);
  const { fileError } = await import('@geneformer-ts/core/node');
  const { closeSync, join, openSync, randomUUID, readSync, rmSync, tmpdir, writeSync } =
    await import('@geneformer-ts/core/system');
  const path = join(folder ?? tmpdir(), `geneformer-io-${randomUUID()}.spill`);
  const isUnlinked = process.platform !== 'win32';
  const guarded = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (cause) {
      throw fileError(path, cause);
    }
  };
  const descriptor = guarded(() => {
    const opened = openSync(path, 'wx+', 0o600);
    if (isUnlinked) rmSync(path);
    return opened;
  });
  return {
    write: (bytes, position) =>
      guarded(() => {
        for (let done = 0; done < bytes.length;) {
          done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
        }
      }),
    read: (bytes, position) =>
      guarded(() => {
        for (let done = 0; done < bytes.length;) {
          const count = readSync(descriptor, bytes, done, bytes.length - done, position + done);
          if (count === 0) throw new RangeError('the temporary file became shorter');
          done += count;
        }
      }),
    close() {
      closeSync(descriptor);
      if (!isUnlinked) rmSync(path, { force: true });
    },
  };
}
