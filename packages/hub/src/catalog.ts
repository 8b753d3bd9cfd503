import { FormatError, messageOf } from '@geneformer-ts/core';
import { checkRegular, fileError } from '@geneformer-ts/core/node';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { UnknownAssetError } from './errors.js';

/** A published file, as an entry of the catalog describes it. */
export interface Asset {
  id: string;
  /** `checkpoint`, `config`, `dictionary` or `counts`. */
  kind: string;
  /** `huggingface:<owner>/<repository>` or `cellxgene:<collection>`. */
  publisher: string;
  /** Path at the publisher. Mirrors and the cache use the same path. */
  path: string;
  licence: string;
  /** Null if the entry is not pinned. */
  bytes: number | null;
  /** Null if the entry is not pinned. */
  sha256: string | null;
  /** Other paths below the user's data folder at which to look for the file. */
  local: readonly string[];
  /** Ids of files that are needed beside this one, such as the configuration of a checkpoint. */
  companions: readonly string[];
}

/** The published files by id, in the order of the catalog. */
export interface Catalog {
  path: string;
  assets: ReadonlyMap<string, Asset>;
}

/** The package keeps it at its root, so that `src` and `dist` find it at the same relative address. */
const SHIPPED = fileURLToPath(new URL('../catalog.json', import.meta.url));

/**
 * Reads a catalog: `catalog.json` of this package, unless another is given.
 * @throws FileMissingError, FormatError naming the entry and the field
 */
export async function readCatalog(path: string = SHIPPED): Promise<Catalog> {
  checkRegular(path);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw fileError(path, cause);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(path, 'JSON', messageOf(cause), 'repair the catalog', { cause });
  }
  const { schema, assets: entries } = (value ?? {}) as { schema?: unknown; assets?: unknown };
  if (schema !== 1 || !Array.isArray(entries)) {
    throw new FormatError(path, 'schema', `is ${JSON.stringify(schema)} with no list of assets`, 'schema 1 is read');
  }
  const assets = new Map<string, Asset>();
  for (const [i, entry] of entries.entries()) {
    const asset = parseAsset(entry, i, path);
    if (assets.has(asset.id)) throw new FormatError(path, `asset '${asset.id}'`, 'occurs twice', 'rename one');
    assets.set(asset.id, asset);
  }
  for (const { id, companions } of assets.values()) {
    const unknown = companions.find((companion) => !assets.has(companion));
    if (unknown !== undefined) {
      throw new FormatError(path, `asset '${id}'`, `has the unknown companion '${unknown}'`, 'correct its id');
    }
  }
  return { path, assets };
}

/** Returns the asset with this id. @throws UnknownAssetError listing the known ids */
export function assetOf(catalog: Catalog, id: string): Asset {
  const asset = catalog.assets.get(id);
  if (!asset) throw new UnknownAssetError(id, [...catalog.assets.keys()]);
  return asset;
}

function parseAsset(entry: unknown, index: number, path: string): Asset {
  const fields = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  const { id, bytes = null, sha256 = null } = fields;
  const wrong = (field: string, needed: string): FormatError => {
    const name = typeof id === 'string' ? `asset '${id}'` : `asset ${index}`;
    return new FormatError(path, name, `${field} is ${JSON.stringify(fields[field]) ?? 'missing'}`, needed);
  };
  const text = (field: string): string => {
    const value = fields[field];
    if (typeof value === 'string' && value !== '') return value;
    throw wrong(field, 'give it a text');
  };
  const texts = (field: string): string[] => {
    const value = fields[field] ?? [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw wrong(field, 'give it a list of texts');
  };
  if (bytes !== null && !(Number.isSafeInteger(bytes) && (bytes as number) >= 0)) throw wrong('bytes', 'give its size');
  if (sha256 !== null && !(typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256))) {
    throw wrong('sha256', 'give 64 hexadecimal digits');
  }
  const asset: Asset = {
    id: text('id'),
    kind: text('kind'),
    publisher: text('publisher'),
    path: text('path'),
    licence: text('licence'),
    bytes: bytes as number | null,
    sha256: sha256,
    local: texts('local'),
    companions: texts('companions'),
  };
  // The id is also the name of a folder below the user's data folder.
  if (!/^[A-Za-z0-9][\w.-]*$/.test(asset.id)) throw wrong('id', 'use letters, digits, dots, hyphens and underscores');
  if (!staysInside(asset.path)) throw wrong('path', 'give a path below the folder');
  if (!asset.local.every(staysInside)) throw wrong('local', 'give paths below the folder');
  return asset;
}

/** Returns whether a path in the catalog stays below the folder it is joined to. */
function staysInside(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\:\p{Cc}]/u.test(part));
}
