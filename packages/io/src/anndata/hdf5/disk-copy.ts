import type { ByteSource } from '@geneformer-ts/core';
import { fileError } from '@geneformer-ts/core/node';
import { rmSync } from 'node:fs';
import { mkdtemp, open } from 'node:fs/promises';
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

/**
 * Copies a source to a temporary file for the HDF5 library, which opens files by path.
 *
 * @throws FileAccessError; any error of the source
 */
export async function copyToDisk(source: ByteSource): Promise<DiskFile> {
  const folder = await mkdtemp(join(tmpdir(), 'geneformer-io-')).catch((cause: unknown) => {
    throw fileError(tmpdir(), cause);
  });
  const path = join(folder, 'copy.h5');
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const chunk of readChunks(source)) await file.writeFile(chunk);
    } finally {
      await file.close();
    }
    return { name: source.name, path, remove };
  } catch (cause) {
    remove();
    throw fileError(path, cause);
  }
}
