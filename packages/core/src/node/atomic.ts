import { fileError } from './file-error.js';
import { dirname, open, process, rename, rm } from '#system';
import { createFolder } from './create-folder.js';
import { fileTarget, takeMode } from './target.js';
import { removeLeftovers, temporaryBeside } from './temporary.js';

/**
 * Writes a file completely or not at all: writes a temporary file in the same folder, flushes it to disk, then renames
 * it. Creates missing folders, follows links, and keeps the mode of an earlier file.
 *
 * @throws FileAccessError, also for a folder, a pipe or a device of that name
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
 * Calls `write` with a temporary path and renames the file to `path` afterwards. If `write` throws, the temporary file is
 * removed and an earlier file of that name stays as it is.
 *
 * @throws FileAccessError before `write` is called when `path` cannot be a file
 */
export async function replaceFile(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const target = await fileTarget(path);
  const temporary = temporaryBeside(target);
  try {
    createFolder(dirname(temporary));
    await removeLeftovers(target);
    await write(temporary);
    await takeMode(temporary, target);
    await rename(temporary, target);
  } catch (cause) {
    // The first failure is the one to report, whether or not there is something to remove.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError(path, cause);
  }
  await syncFolder(dirname(temporary));
}

/** Makes a rename in `folder` survive a power cut. Does nothing on systems that cannot open folders. */
export async function syncFolder(folder: string): Promise<void> {
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
