import { type ByteSource, FileAccessError } from '@geneformer-ts/core';
import { fileError, temporaryFolder } from '@geneformer-ts/core/node';
import { rmSync } from 'node:fs';
import { open, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readChunks } from '../../base/bytes.js';

/** An HDF5 file on disk: at a path that the caller gave, or a temporary copy of a source, which `remove` deletes. */
export interface DiskFile {
  /** Path, file name or URL that the caller gave, for messages. */
  readonly name: string;
  readonly path: string;
  /** Removing twice is allowed. */
  remove(): void;
}

/** Folders of copies that exist. */
const folders = new Set<string>();

/**
 * Copies a source to a temporary file for the HDF5 library, which opens files by path. The copy is removed when the process
 * ends, and those of killed processes are removed before the next copy.
 *
 * @throws FileAccessError, also before anything is written when the copy does not fit the disk; any error of the source
 */
export async function copyToDisk(source: ByteSource): Promise<DiskFile> {
  const { name, byteLength } = source;
  await checkRoom(name, byteLength);
  const folder = await temporaryFolder(join(tmpdir(), 'geneformer-io')).catch((cause: unknown) => {
    throw fileError(tmpdir(), cause);
  });
  if (folders.size === 0) process.on('exit', removeAll);
  folders.add(folder);
  const path = join(folder, 'copy.h5');
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
    if (folders.delete(folder) && folders.size === 0) process.off('exit', removeAll);
  };
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const chunk of readChunks(source)) await file.writeFile(chunk);
    } finally {
      await file.close();
    }
    return { name, path, remove };
  } catch (cause) {
    remove();
    throw fileError(path, cause);
  }
}

/** The size of a source is what its server claims, so it is compared with the disk before the disk is full. */
async function checkRoom(name: string, bytes: number): Promise<void> {
  const info = await statfs(tmpdir()).catch(() => undefined);
  const free = info === undefined ? Infinity : info.bavail * info.bsize;
  if (bytes <= free) return;
  const problem = `has ${bytes} bytes, and a temporary copy does not fit into ${tmpdir()}, which has ${free} bytes free`;
  throw new FileAccessError(name, `${problem}; set TMPDIR to a folder on a larger disk, or open the file by its path`);
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
