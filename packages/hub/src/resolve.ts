import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { sha256File } from '@geneformer-ts/core/node';
import { stat } from 'node:fs/promises';
import { type Asset, assetOf, type Catalog } from './catalog.js';
import { checkLimits, download, type DownloadOptions } from './download.js';
import { AssetMismatchError, AssetOfflineError } from './errors.js';
import { assetSettings, type AssetSettings, cachePlace, sourcesOf, userPlaces } from './places.js';
import { SharedDownload } from './shared-download.js';

/** An asset on this machine that has been checked. */
export interface ResolvedAsset {
  id: string;
  path: string;
  /** Where the file was found: in the user's data folder, in the cache, or at a server. */
  origin: 'data' | 'cache' | 'download';
  bytes: number;
  sha256: string;
  /** Whether the catalog has a digest. Without one, only the size is checked, if the catalog has it. */
  pinned: boolean;
  /** For an asset without a digest: one line that says so and gives the digest to pin. */
  warning?: string;
}

export type ResolveOptions = Partial<AssetSettings> & DownloadOptions;

const known: OptionNames<ResolveOptions> = {
  dataDir: true,
  cacheDir: true,
  mirrors: true,
  mirrorToken: true,
  hub: true,
  hubToken: true,
  offline: true,
  onProgress: true,
  signal: true,
  stallSeconds: true,
  mostBytes: true,
  retrySeconds: true,
};

/** Running downloads of this process, by target. */
const underWay = new Map<string, SharedDownload<Awaited<ReturnType<typeof download>>>>();

/**
 * Finds an asset of the catalog on this machine, or fetches it: first among the user's data (`GENEFORMER_DATA`), then in the
 * cache, then from the mirrors and the publisher. Wherever it is found, its size and digest are compared with the
 * catalog; a file that differs is an error and stays as it is.
 *
 * ```ts
 * const catalog = await readCatalog();
 * const { path } = await resolveAsset(catalog, 'geneformer-v1-10m', { onProgress: ({ detail }) => console.error(detail) });
 * ```
 *
 * Settings not given are those of the environment (see `assetSettings`). Calls for the same asset at once share a download,
 * which stops when the last of them is aborted.
 *
 * @throws UnknownAssetError, AssetMismatchError, AssetOfflineError, AssetDeniedError, AssetDownloadError, FileAccessError,
 *   ArgumentError; the reason of `signal`
 */
export async function resolveAsset(catalog: Catalog, id: string, options: ResolveOptions = {}): Promise<ResolvedAsset> {
  checkOptions('resolveAsset', options, known);
  const asset = assetOf(catalog, id);
  checkLimits(options);
  const settings: AssetSettings = { ...assetSettings(), ...options };
  const users = userPlaces(asset, settings);
  const cached = cachePlace(asset, settings);
  for (;;) {
    options.signal?.throwIfAborted();
    for (const path of [...users, cached]) {
      const info = await stat(path).catch(() => null);
      if (info?.isFile()) return found(asset, path, path === cached ? 'cache' : 'data', info.size);
    }
    if (settings.offline) throw new AssetOfflineError(id, [...users, cached]);
    const sources = sourcesOf(asset, settings);
    // Another catalog may expect another file at the same path, and other servers or tokens another answer.
    const identity = JSON.stringify([asset.sha256, asset.bytes, sources, options.mostBytes]);
    const running = underWay.get(cached);
    if (running && !running.serves(identity)) {
      await running.settled(options.signal);
      continue;
    }
    const job =
      running ?? new SharedDownload(identity, (own) => download(asset, cached, sources, { ...options, ...own }));
    underWay.set(cached, job);
    try {
      const { bytes, sha256 } = await job.join(options);
      return { id, path: cached, origin: 'download', bytes, sha256, ...trust(asset, bytes, sha256) };
    } finally {
      if (job.isOver && underWay.get(cached) === job) underWay.delete(cached);
    }
  }
}

async function found(
  asset: Asset,
  path: string,
  origin: ResolvedAsset['origin'],
  bytes: number,
): Promise<ResolvedAsset> {
  const remedy = `nothing was changed; move that file away${origin === 'data' ? ' or unset GENEFORMER_DATA' : ''} to fetch it anew`;
  // The digest is compared first, for the message: it tells which version of the file this is.
  const sha256 = await sha256File(path);
  if (asset.sha256 !== null && sha256 !== asset.sha256) {
    throw new AssetMismatchError(asset.id, path, 'sha256', asset.sha256, sha256, remedy);
  }
  if (asset.bytes !== null && bytes !== asset.bytes) {
    throw new AssetMismatchError(asset.id, path, 'bytes', asset.bytes, bytes, remedy);
  }
  return { id: asset.id, path, origin, bytes, sha256, ...trust(asset, bytes, sha256) };
}

function trust(asset: Asset, bytes: number, sha256: string): Pick<ResolvedAsset, 'pinned' | 'warning'> {
  if (asset.sha256 !== null) return { pinned: true };
  const warning = `asset '${asset.id}': not checked, since the catalog has no digest; pin "bytes": ${bytes}, "sha256": "${sha256}" once you trust the file`;
  return { pinned: false, warning };
}
