import { changed, type OpenedFolder } from '../../base/input.js';
import type { CountMatrix, OpenOptions } from '../count-matrix.js';
import { describeAnnData } from '../encoding/describe.js';
import type { Amend } from '../encoding/elements.js';
import { ZarrContainer } from './container.js';
import { readTree } from './nodes.js';
import { storeFiles } from './store-files.js';

/**
 * Opens a zarr store of AnnData, version 2 or 3, or one modality of a store of MuData. Reads the metadata of all groups and
 * arrays, and then the tables.
 *
 * @param matrixOptional accept a store whose `X` is missing or null; then only `blocks` fails
 * @throws FileAccessError for another version; FormatError; FieldMissingError; UnsupportedError; ArgumentError
 */
export async function openZarr(
  folder: OpenedFolder,
  options: OpenOptions,
  matrixOptional = false,
): Promise<CountMatrix> {
  const files = await storeFiles(folder);
  const tree = await readTree(files);
  const version = await versionOf(folder.diskPath, tree.rootFile);
  if (options.version !== undefined && options.version !== version) throw changed(folder.name);
  const file = new ZarrContainer(files, tree, version);
  // A copy needs the names of all files.
  const amend: Amend = async (...args) => (await import('./amend.js')).amendZarr({ files, tree, file }, ...args);
  return describeAnnData({ file, format: 'zarr', ...(files.list && { amend }) }, options, matrixOptional);
}

/** Returns the version of the file that stands for the store. */
async function versionOf(path: string | undefined, rootFile: string): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const { fileVersion } = await import('@geneformer-ts/core/node');
  const { join } = await import('@geneformer-ts/core/system');
  return fileVersion(join(path, rootFile));
}
