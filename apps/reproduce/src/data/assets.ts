import path from 'node:path';
import { readVariable } from '@geneformer-ts/core/node';
import { type Progress } from '@geneformer-ts/core';
import { assetSettings, readCatalog, resolveAsset } from '@geneformer-ts/hub';
import { DataError } from '../errors.js';

/**
 * Returns the path of a published file, given its id in the catalog: the user's own copy, the cached one, or a download. The file is compared with
 * the catalog's digest, and its companions (a checkpoint's configuration) are fetched too. `GENEFORMER_CATALOGUE` names another catalog.
 */
export async function assetFile(id: string, progress: Progress): Promise<string> {
  const catalog = await readCatalog(readVariable('GENEFORMER_CATALOGUE'));
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
