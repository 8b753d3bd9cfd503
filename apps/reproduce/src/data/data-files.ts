import path from 'node:path';
import type { Progress } from '@geneformer-ts/core';
import { readVariable } from '@geneformer-ts/core/node';
import { assetSettings, readCatalog, resolveAsset } from '@geneformer-ts/hub';
import { DataError } from '../errors.js';

/**
 * Returns the full path of a file or folder of real data, given its name below GENEFORMER_DATA. A relative GENEFORMER_DATA is resolved against
 * the workspace root, because Nx is called there.
 * @throws DataError when the variable is not set
 */
export function dataFile(name: string): string {
  const root = readVariable('GENEFORMER_DATA');
  if (root) return path.resolve(readVariable('NX_WORKSPACE_ROOT') ?? '.', root, name);
  const remedy = 'set it to the folder that holds the real data, for example GENEFORMER_DATA=~/data';
  throw new DataError(name, 'GENEFORMER_DATA', `not set; ${remedy}`);
}

/**
 * Returns the path of a published file, given its id in the catalog: the user's own copy, the cached one, or a download. The file is compared with
 * the catalog's digest, and its companions (a checkpoint's configuration) are fetched too. `GENEFORMER_CATALOG` names another catalog.
 */
export async function assetFile(id: string, progress: Progress): Promise<string> {
  const catalog = await readCatalog(readVariable('GENEFORMER_CATALOG'));
  const settings = assetSettings();
  // A relative folder is resolved against the folder from which Nx was called, as in dataFile.
  const dataDir = settings.dataDir && path.resolve(readVariable('NX_WORKSPACE_ROOT') ?? '.', settings.dataDir);
  const fetchOne = async (name: string): Promise<string> => {
    const { path: file, warning } = await resolveAsset(catalog, name, { dataDir, onProgress: progress });
    if (warning !== undefined) process.emitWarning(warning);
    return file;
  };
  const file = await fetchOne(id);
  for (const companion of catalog.assets.get(id)?.companions ?? []) await fetchOne(companion);
  return file;
}

/**
 * Returns the folder of several files that the publisher keeps together.
 * @throws DataError when they are in different folders
 */
export async function assetFolder(ids: readonly string[], progress: Progress): Promise<string> {
  const folders = new Set<string>();
  for (const id of ids) folders.add(path.dirname(await assetFile(id, progress)));
  const [folder = '', other] = folders;
  if (other === undefined) return folder;
  throw new DataError(folder, ids.join(', '), `some of these files are in ${other}; put them into one folder`);
}
