import { FormatError } from '@geneformer-ts/core';
import { checkFileVersion, fileError, fileVersion } from '@geneformer-ts/core/node';
import { constants, copyFile, dirname, join, mkdir, writeFile } from '@geneformer-ts/core/system';
import type { CopyOptions } from '../h5ad/copy-file.js';
import type { StoreFiles } from './store-files.js';

/** Deepest folder of a store. */
const MAX_DEPTH = 128;

/** Lists the files of a store. @throws UnsupportedError for a link; FormatError for folders that are nested too deeply */
export async function filesOf(files: StoreFiles): Promise<string[]> {
  const found: string[] = [];
  const below = async (folder: string, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH) throw new FormatError(files.name, folder, 'is nested too deeply', 'write the store again');
    for (const { name, isFolder } of await files.list!(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (isFolder) await below(path, depth + 1);
      else found.push(path);
    }
  };
  await below('', 0);
  return found;
}

/**
 * Copies files of a store bit for bit. File systems whose files can share blocks copy at once.
 *
 * @param named path of the copy for messages
 * @throws FileAccessError when a file changes meanwhile, or the disk is full
 */
export async function copyStore(
  files: StoreFiles,
  keys: readonly string[],
  folder: string,
  named: string,
  { signal, onProgress }: CopyOptions,
): Promise<void> {
  const before = files.diskPath === undefined ? [] : keys.map((key) => fileVersion(join(files.diskPath!, key)));
  const folders = new Set<string>();
  for (const [done, key] of keys.entries()) {
    signal?.throwIfAborted();
    const target = join(folder, key);
    if (!folders.has(dirname(target))) await mkdir(dirname(target), { recursive: true });
    folders.add(dirname(target));
    try {
      if (files.diskPath === undefined) await writeFile(target, (await files.read(key)) ?? new Uint8Array(0));
      else await copyFile(join(files.diskPath, key), target, constants.COPYFILE_FICLONE);
    } catch (cause) {
      throw fileError(named, cause);
    }
    onProgress?.({ stage: 'write', done: done + 1, total: keys.length, unit: 'files' });
  }
  before.forEach((version, i) => checkFileVersion(join(files.diskPath!, keys[i]), version));
}
