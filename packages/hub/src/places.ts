import { ArgumentError, UnsupportedError } from '@geneformer-ts/core';
import {
  cacheFolder,
  type Environment,
  readAddresses,
  readSwitch,
  readToken,
  readVariable,
} from '@geneformer-ts/core/node';
import { basename, join } from 'node:path';
import type { Asset } from './catalog.js';

/** The address of Hugging Face itself. */
const HUGGING_FACE = 'https://huggingface.co';

/** The places to look for assets. */
export interface AssetSettings {
  /** The user's data folder. It is only read. */
  dataDir: string | undefined;
  /** The folder for downloads. */
  cacheDir: string;
  /**
   * Base addresses that are asked before the publisher. Each has the files under the publisher's paths. Only servers named
   * here, or in `hub`, may be in a private network or use http.
   */
  mirrors: readonly string[];
  /** Sent to the mirrors only. */
  mirrorToken: string | undefined;
  /** The address of Hugging Face or of a server with the same interface. */
  hub: string;
  /** Sent to the hub only. */
  hubToken: string | undefined;
  /** Whether downloads are switched off. */
  offline: boolean;
}

/**
 * Reads the settings from the environment: `GENEFORMER_DATA`, `GENEFORMER_CACHE` (default `~/.cache/geneformer-ts`),
 * `GENEFORMER_MIRRORS` (addresses separated by spaces or commas), `GENEFORMER_MIRROR_TOKEN`, `GENEFORMER_OFFLINE`
 * (`1` or `0`), and Hugging Face's own `HF_ENDPOINT` and `HF_TOKEN`.
 * @throws EnvironmentError when one of them has an impossible value
 */
export function assetSettings(env: Environment = process.env): AssetSettings {
  return {
    dataDir: readVariable('GENEFORMER_DATA', env),
    cacheDir: cacheFolder(env),
    mirrors: readAddresses('GENEFORMER_MIRRORS', env),
    mirrorToken: readToken('GENEFORMER_MIRROR_TOKEN', env),
    hub: readAddresses('HF_ENDPOINT', env)[0] ?? HUGGING_FACE,
    hubToken: readToken('HF_TOKEN', env),
    offline: readSwitch('GENEFORMER_OFFLINE', env),
  };
}

/** An address from which an asset can be downloaded. */
export interface Source {
  url: string;
  token: string | undefined;
  /** The variable that the token comes from, for messages. */
  tokenVariable: string;
  /** Servers that the user named, as origins: this source may lead to them even over http or in a private network. */
  named: readonly string[];
}

/** Returns the paths of an asset below the user's data folder: as published, in a folder named by its id, and its `local` paths. */
export function userPlaces(asset: Asset, { dataDir }: AssetSettings): string[] {
  if (dataDir === undefined) return [];
  return [asset.path, `${asset.id}/${basename(asset.path)}`, ...asset.local].map((path) => join(dataDir, path));
}

/**
 * Returns the path of an asset in the cache. It follows the publisher's path, so a checkpoint and its configuration share a folder.
 */
export function cachePlace(asset: Asset, { cacheDir }: AssetSettings): string {
  return join(cacheDir, 'assets', ...asset.publisher.split(/[:/]/).map(safeName), ...asset.path.split('/'));
}

function safeName(part: string): string {
  return part.replace(/[^\w.-]/g, '_').replace(/^\.+$/, '_') || '_';
}

/**
 * Returns the addresses of an asset in the order in which they are asked: the mirrors, then the publisher.
 *
 * @throws ArgumentError for a mirror or hub whose address cannot be used; UnsupportedError for a publisher that is not known,
 *   unless there is a mirror
 */
export function sourcesOf(asset: Asset, settings: AssetSettings): Source[] {
  const path = asset.path.split('/').map(encodeURIComponent).join('/');
  const { mirrors, hub, mirrorToken, hubToken } = settings;
  const hubIsNamed = trimmed(hub) !== HUGGING_FACE;
  const named = mirrors.map((base) => originOf(base, 'GENEFORMER_MIRRORS'));
  if (hubIsNamed) named.push(originOf(hub, 'HF_ENDPOINT'));
  const sources: Source[] = mirrors.map((base) => ({
    url: `${trimmed(base)}/${path}`,
    token: mirrorToken,
    tokenVariable: 'GENEFORMER_MIRROR_TOKEN',
    named,
  }));
  const [kind, name = ''] = asset.publisher.split(':', 2);
  if (kind === 'huggingface') {
    const repository = name.split('/').map(encodeURIComponent).join('/');
    const url = `${trimmed(hub)}/${repository}/resolve/main/${path}`;
    sources.push({ url, token: hubToken, tokenVariable: 'HF_TOKEN', named: hubIsNamed ? named : [] });
  } else if (kind === 'cellxgene') {
    const url = `https://datasets.cellxgene.cziscience.com/${path}`;
    sources.push({ url, token: undefined, tokenVariable: 'GENEFORMER_MIRROR_TOKEN', named: [] });
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

/** Returns the origin of a server that the user named. Messages leave the address out because it may contain a password. */
function originOf(base: string, variable: string): string {
  const remedy = 'name an address that begins with https:// or http://';
  if (!URL.canParse(base)) throw new ArgumentError(variable, 'holds an address that is not a URL', remedy);
  const { protocol, host, username, password, origin, search, hash } = new URL(base);
  // Without https:// the user of user:password@host reads as the protocol.
  if (protocol !== 'https:' && protocol !== 'http:') {
    const problem = host === '' ? 'holds an address that is not of https or http' : `names ${host} over ${protocol}`;
    throw new ArgumentError(variable, problem, remedy);
  }
  const token = `give a token in ${variable === 'HF_ENDPOINT' ? 'HF_TOKEN' : 'GENEFORMER_MIRROR_TOKEN'} instead`;
  if (username !== '' || password !== '')
    throw new ArgumentError(variable, `has a user or password for ${host}`, token);
  if (search === '' && hash === '') return origin;
  throw new ArgumentError(variable, `has a query or fragment for ${host}, to which no path can be added`, token);
}

function trimmed(base: string): string {
  return base.replace(/\/+$/, '');
}
