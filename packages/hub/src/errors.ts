import { GeneformerError } from '@geneformer-ts/core';

/** Thrown when the catalog has no asset with this id. Lists the known ids. */
export class UnknownAssetError extends GeneformerError {
  readonly tag = 'UnknownAssetError';

  constructor(
    readonly id: string,
    readonly known: readonly string[],
  ) {
    super(`asset '${id}': not in the catalog; it has ${known.join(', ')}`);
  }
}

/**
 * Thrown when the size or digest of a file differs from the catalog. A file that the current call did not download is not
 * changed.
 */
export class AssetMismatchError extends GeneformerError {
  readonly tag = 'AssetMismatchError';

  constructor(
    readonly id: string,
    /** The file, or the address it came from. */
    readonly path: string,
    readonly what: 'sha256' | 'bytes',
    readonly expected: string | number,
    readonly actual: string | number,
    remedy: string,
  ) {
    super(`asset '${id}': ${path} has ${what} ${actual} where the catalog says ${expected}; ${remedy}`);
  }
}

/** Thrown when an asset is not on this machine and downloads are switched off. Lists the paths that were checked. */
export class AssetOfflineError extends GeneformerError {
  readonly tag = 'AssetOfflineError';

  constructor(
    readonly id: string,
    readonly looked: readonly string[],
  ) {
    const remedy = 'unset GENEFORMER_OFFLINE, or put the file into one of those places';
    super(`asset '${id}': not on this machine, and downloading is off; looked for ${looked.join(', ')}; ${remedy}`);
  }
}

/** Thrown when a server asks for authorization or denies access. */
export class AssetDeniedError extends GeneformerError {
  readonly tag = 'AssetDeniedError';

  constructor(
    readonly id: string,
    readonly url: string,
    readonly status: number,
    remedy: string,
  ) {
    super(`asset '${id}': ${url} answers ${status} (access denied); ${remedy}`);
  }
}

/** Thrown when no source delivered the asset. `problems` has one sentence per source. */
export class AssetDownloadError extends GeneformerError {
  readonly tag = 'AssetDownloadError';

  constructor(
    readonly id: string,
    readonly problems: readonly string[],
    options?: { cause?: unknown },
  ) {
    const remedy =
      'run again, to go on from what was fetched where that can be, or name a mirror in GENEFORMER_MIRRORS';
    super(`asset '${id}': not downloaded: ${problems.join(' | ')}; ${remedy}`, options);
  }
}
