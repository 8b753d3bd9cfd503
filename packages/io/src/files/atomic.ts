import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileError } from '../errors.js';

let serial = 0;

/** A name beside `path` that no other writer of this machine uses: for building something before it gets its real name. */
export function temporaryBeside(path: string): string {
  const whole = resolve(path);
  return join(dirname(whole), `.${basename(whole)}.${process.pid}-${serial++}.tmp`);
}

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
  const aside = temporaryBeside(finalDir);
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
