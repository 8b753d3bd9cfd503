import { basename, join } from 'node:path';
import { UnsupportedError } from '../errors.js';
import type { Asset } from './catalogue.js';
import type { AssetSettings } from './settings.js';

/** An address an asset can be fetched from. */
export interface Source {
  url: string;
  token: string | undefined;
  /** The variable that the token comes from, for messages. */
  tokenVariable: string;
}

/** Where an asset may be below the user's data folder: as published, in a folder of its id, or where it is kept by habit. */
export function userPlaces(asset: Asset, { dataDir }: AssetSettings): string[] {
  if (dataDir === undefined) return [];
  return [asset.path, `${asset.id}/${basename(asset.path)}`, ...asset.local].map((path) => join(dataDir, path));
}

/**
 * Where an asset lies in the cache: as the publisher keeps it, so that a checkpoint and its configuration share a folder.
 */
export function cachePlace(asset: Asset, { cacheDir }: AssetSettings): string {
  return join(cacheDir, 'assets', ...asset.publisher.split(/[:/]/).map(safeName), ...asset.path.split('/'));
}

function safeName(part: string): string {
  return part.replace(/[^\w.-]/g, '_').replace(/^\.+$/, '_') || '_';
}

/**
 * The addresses of an asset in the order they are asked: the mirrors, then the publisher.
 * @throws UnsupportedError for a publisher that is not known, unless there is a mirror
 */
export function sourcesOf(asset: Asset, settings: AssetSettings): Source[] {
  const path = asset.path.split('/').map(encodeURIComponent).join('/');
  const sources = settings.mirrors.map((base) => ({
    url: `${trimmed(base)}/${path}`,
    token: settings.mirrorToken,
    tokenVariable: 'GENEFORMER_MIRROR_TOKEN',
  }));
  const [kind, name] = asset.publisher.split(':', 2);
  if (kind === 'huggingface') {
    const url = `${trimmed(settings.hub)}/${name}/resolve/main/${path}`;
    sources.push({ url, token: settings.hubToken, tokenVariable: 'HF_TOKEN' });
  } else if (kind === 'cellxgene') {
    const url = `https://datasets.cellxgene.cziscience.com/${path}`;
    sources.push({ url, token: undefined, tokenVariable: 'GENEFORMER_MIRROR_TOKEN' });
  } else if (sources.length === 0) {
    throw new UnsupportedError(
      `asset '${asset.id}'`,
      'publisher',
      asset.publisher,
      'name a mirror in GENEFORMER_MIRRORS',
    );
  }
  return sources;
}

function trimmed(base: string): string {
  return base.replace(/\/+$/, '');
}
