import { FileAccessError, type Progress } from '@geneformer-ts/core';
import { checkFileVersion, fileError } from '@geneformer-ts/core/node';
import { chmod, constants, copyFile, dirname, type FileHandle, open, statfs } from '@geneformer-ts/core/system';

/** Bytes per read and write. */
const CHUNK = 1 << 23;

/** Progress and cancellation of a copy. */
export interface CopyOptions {
  /** Stops the copy. The output keeps its earlier state. */
  signal?: AbortSignal | undefined;
  /** Receives the bytes that have been copied. */
  onProgress?: Progress | undefined;
}

/**
 * Copies a file of any size with constant memory. File systems whose files can share blocks copy it at once.
 *
 * @param named path of the output for messages, because `to` is a temporary file
 * @param version version that the file must have before and after
 * @throws FileAccessError when it changed, or does not fit the disk
 */
export async function copyWhole(
  from: string,
  to: string,
  named: string,
  version: string,
  options: CopyOptions = {},
): Promise<void> {
  options.signal?.throwIfAborted();
  checkFileVersion(from, version);
  if (!(await shareBlocks(from, to))) await copyChunks(from, to, named, options);
  checkFileVersion(from, version);
}

/** Makes a copy that shares the blocks of the file. Returns false if the file system cannot. */
async function shareBlocks(from: string, to: string): Promise<boolean> {
  try {
    const empty = await open(to, 'wx');
    const { mode } = await empty.stat();
    await empty.close();
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);
    // The copy has the mode of the input, which may forbid writing.
    await chmod(to, mode);
    return true;
  } catch {
    // The reason does not matter, because a copy in pieces meets it again.
    return false;
  }
}

async function copyChunks(from: string, to: string, named: string, { signal, onProgress }: CopyOptions): Promise<void> {
  let source: FileHandle | undefined;
  let target: FileHandle | undefined;
  try {
    source = await open(from, 'r');
    const { size: total } = await source.stat();
    await checkRoom(from, to, named, total);
    target = await open(to, 'w');
    const chunk = new Uint8Array(Math.min(CHUNK, Math.max(1, total)));
    for (let done = 0; done < total;) {
      signal?.throwIfAborted();
      const { bytesRead } = await source.read(chunk, 0, Math.min(chunk.length, total - done), done);
      if (bytesRead === 0) throw new FileAccessError(from, 'became shorter while it was copied; run again');
      await target.writeFile(chunk.subarray(0, bytesRead));
      done += bytesRead;
      onProgress?.({ stage: 'write', done, total, unit: 'bytes' });
    }
  } catch (cause) {
    throw fileError(named, cause);
  } finally {
    await source?.close();
    await target?.close();
  }
}

/** Compares the size with the disk before the disk is full. */
async function checkRoom(from: string, to: string, named: string, bytes: number): Promise<void> {
  const info = await statfs(dirname(to)).catch(() => undefined);
  const free = info === undefined ? Infinity : info.bavail * info.bsize;
  if (bytes <= free) return;
  const problem = `a copy of ${from} needs ${bytes} bytes, and the disk has ${free} free; free space and run again`;
  throw new FileAccessError(named, problem);
}
