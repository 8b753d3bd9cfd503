/**
 * Finds published files (checkpoints, dictionaries, count matrices) among the user's data or in the cache, or downloads
 * them, and compares each with the size and digest in the catalog.
 *
 * ```ts
 * import { readCatalog, resolveAsset } from '@geneformer-ts/hub';
 *
 * const catalog = await readCatalog();
 * const { path } = await resolveAsset(catalog, 'geneformer-v1-10m');
 * ```
 *
 * Nothing here prints. Every error is a `GeneformerError` whose one-line message names the file or address and the remedy.
 *
 * @packageDocumentation
 */
export { readCatalog } from './catalog.js';
export type { Asset, Catalog } from './catalog.js';
export { resolveAsset } from './resolve.js';
export type { ResolvedAsset, ResolveOptions } from './resolve.js';
export { assetSettings } from './places.js';
export type { AssetSettings } from './places.js';
export {
  AssetDeniedError,
  AssetDownloadError,
  AssetMismatchError,
  AssetOfflineError,
  UnknownAssetError,
} from './errors.js';
