/**
 * The hub in a browser. It downloads nothing: the program puts the files of a model
 * into a folder in memory and names that folder.
 *
 * @packageDocumentation
 */
import { UnsupportedError } from '@geneformer-ts/core';
import type { AssetSettings } from './places.js';
import type { Catalog } from './catalog.js';
import type { ResolvedAsset } from './resolve.js';

export type { Asset, Catalog } from './catalog.js';
export type { ResolvedAsset, ResolveOptions } from './resolve.js';
export type { AssetSettings } from './places.js';
export {
  AssetDeniedError,
  AssetDownloadError,
  AssetMismatchError,
  AssetOfflineError,
  UnknownAssetError,
} from './errors.js';

/** @throws UnsupportedError always */
export function readCatalog(): Promise<Catalog> {
  return Promise.reject(refusal('catalog'));
}

/** @throws UnsupportedError always */
export function resolveAsset(_catalog: Catalog, id: string): Promise<ResolvedAsset> {
  return Promise.reject(refusal(id));
}

/** @throws UnsupportedError always */
export function assetSettings(): AssetSettings {
  throw refusal('settings');
}

function refusal(name: string): UnsupportedError {
  const remedy = "download it with the command and give its folder, or use the model 'mini'";
  return new UnsupportedError(name, 'model', 'a download in a browser', remedy);
}
