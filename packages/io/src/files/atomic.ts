import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileError } from '../errors.js';
import { removeLeftovers, temporaryBeside } from './temporary.js';

/**
 * Writes a file whole or not at all: under a temporary name in the same folder, flushed to disk, then renamed.
 * The folder is made when absent.
 * @throws FileAccessError
 */
export async function writeFileAtomic(path: string, data: Uint8Array | string): Promise<void> {
  await replaceFile(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/**
 * Lets `write` make a file under a temporary name and gives it its real name once `write` is done; if `write` throws,
 * nothing is left behind and an earlier file of that name is untouched.
 */
export async function replaceFile(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await mkdir(dirname(temporary), { recursive: true });
    await removeLeftovers(path);
    await write(temporary);
    await rename(temporary, path);
  } catch (cause) {
    // Whether or not there is something to remove: the first failure is the one to tell.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError(path, cause);
  }
  await syncFolder(dirname(temporary));
}

/**
 * Moves the finished folder `tmpDir` to `finalDir` (same file system). A folder already there is set aside first and
 * removed only after the move, so at every moment one whole version exists on disk.
 * @throws FileAccessError
 */
export async function replaceDirectory(tmpDir: string, finalDir: string): Promise<void> {
  const aside = temporaryBeside(finalDir, 'earlier');
  try {
    const earlier = await stat(finalDir).then(
      () => true,
      () => false,
    );
    if (earlier) await rename(finalDir, aside);
    try {
      await rename(tmpDir, finalDir);
    } catch (cause) {
      if (earlier) await rename(aside, finalDir);
      throw cause;
    }
    if (earlier) await rm(aside, { recursive: true, force: true });
    // Of a process that was killed between the two moves: until now it may have been the only whole version.
    await removeLeftovers(finalDir, 'earlier');
  } catch (cause) {
    throw fileError(finalDir, cause);
  }
  await syncFolder(dirname(resolve(finalDir)));
}

/** Makes a rename in `folder` survive a power cut. Some systems cannot open folders; there the rename is all there is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  if (!handle) return;
  try {
    await handle.sync();
  } catch (cause) {
    if (process.platform !== 'win32') throw fileError(folder, cause);
  } finally {
    await handle.close();
  }
}
