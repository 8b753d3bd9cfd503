import { type Progress } from '@geneformer-ts/core';
import { readVariable } from '@geneformer-ts/core/node';
import { assetSettings, readCatalog, resolveAsset } from '@geneformer-ts/hub';
import { modelFolder } from '@geneformer-ts/mini';
import { dirname, existsSync, resolve, stat } from '@geneformer-ts/core/system';
import { ModelMissingError } from '../errors.js';
import { modelId } from './model-names.js';

/** How files are fetched. */
export interface FetchOptions {
  /** Whether only files on this machine are used. Default: the variable `GENEFORMER_OFFLINE`. */
  localFilesOnly?: boolean;
  onProgress?: Progress;
  signal?: AbortSignal;
}

/**
 * Returns the folder of a checkpoint: a folder, the small model that comes with this package for `mini`, or that of a published model, whose
 * files are fetched if they are not on this machine.
 *
 * @throws ModelMissingError; the errors of `resolveAsset`
 */
export async function locateModel(name: string, options: FetchOptions = {}): Promise<string> {
  const info = await stat(name).catch(() => undefined);
  if (info?.isDirectory()) return name;
  if (info) throw new ModelMissingError(name, 'is a file', 'give the folder with config.json and model.safetensors');
  if (name === 'mini') return modelFolder;
  if (/^[./~\\]|^[a-z]:\\/i.test(name)) {
    throw new ModelMissingError(name, 'is not a folder', 'check the path');
  }
  const catalog = await readCatalog(readVariable('GENEFORMER_CATALOG'));
  const id = modelId(catalog, name);
  return fetchTogether([id, ...(catalog.assets.get(id)?.companions ?? [])], options);
}

/**
 * Returns the catalog id of a published model; undefined for `mini` and for folders.
 *
 * @throws ModelMissingError for another name
 */
export async function publishedId(name: string): Promise<string | undefined> {
  if (name === 'mini' || /^[./~\\]|^[a-z]:\\/i.test(name) || existsSync(name)) return undefined;
  return modelId(await readCatalog(readVariable('GENEFORMER_CATALOG')), name);
}

/**
 * Fetches files that the publisher keeps in one folder.
 *
 * @returns that folder
 * @throws ModelMissingError when copies of the files are in different folders
 */
export async function fetchTogether(ids: readonly string[], options: FetchOptions): Promise<string> {
  const catalog = await readCatalog(readVariable('GENEFORMER_CATALOG'));
  const settings = assetSettings();
  const { localFilesOnly, onProgress, signal } = options;
  const folders: string[] = [];
  for (const id of ids) {
    const { path } = await resolveAsset(catalog, id, {
      dataDir: settings.dataDir && resolve(settings.dataDir),
      ...(localFilesOnly !== undefined && { offline: localFilesOnly }),
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    });
    folders.push(dirname(path));
  }
  const other = folders.find((folder) => folder !== folders[0]);
  if (other === undefined) return folders[0];
  throw new ModelMissingError(ids[0], `its files are in ${folders[0]} and in ${other}`, 'put them into one folder');
}
