import path from 'node:path';
import { readVariable } from '@geneformer-ts/core/node';
import { type Progress } from '@geneformer-ts/core';
import { assetSettings, readCatalogue, resolveAsset } from '@geneformer-ts/hub';
import { DataError } from '../errors.js';

/**
 * A published file by its name in the catalogue: the person's own copy, the cached one, or a download, compared with the catalogue's digest. What belongs
 * beside the file (a checkpoint's configuration) is fetched too. GENEFORMER_CATALOGUE names another catalogue.
 */
export async function assetFile(id: string, progress: Progress): Promise<string> {
  const catalogue = await readCatalogue(readVariable('GENEFORMER_CATALOGUE'));
  const settings = assetSettings();
  // A relative folder counts from where the person stands, as it does for files.
  const dataDir = settings.dataDir && path.resolve(readVariable('NX_WORKSPACE_ROOT') ?? '.', settings.dataDir);
  const fetchOne = async (name: string): Promise<string> => {
    const { path: file, warning } = await resolveAsset(catalogue, name, { dataDir, onProgress: progress });
    if (warning !== undefined) process.emitWarning(warning);
    return file;
  };
  const file = await fetchOne(id);
  for (const companion of catalogue.assets.get(id)?.companions ?? []) await fetchOne(companion);
  return file;
}

/**
 * The folder of several files that the publisher keeps together.
 * @throws DataError when they lie apart
 */
export async function assetFolder(ids: readonly string[], progress: Progress): Promise<string> {
  const folders = new Set<string>();
  for (const id of ids) folders.add(path.dirname(await assetFile(id, progress)));
  const [folder = '', other] = folders;
  if (other === undefined) return folder;
  throw new DataError(folder, ids.join(', '), `some of these files are in ${other}; put them into one folder`);
}
