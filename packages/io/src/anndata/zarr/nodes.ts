import { FormatError, messageOf, UnsupportedError } from '@geneformer-ts/core';
import { checkKey, type StoreFiles } from './store-files.js';

/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/** A group or an array of a store. */
export interface ZarrNode {
  kind: 'group' | 'array';
  attributes: JsonObject;
  /** Description of an array, as stored. */
  metadata: JsonObject;
}

/** Groups and arrays of a store by path. The root has the path ''. */
export interface ZarrTree {
  format: 2 | 3;
  nodes: ReadonlyMap<string, ZarrNode>;
  /** File with the metadata of all nodes, if there is one. */
  consolidated: '.zmetadata' | 'zarr.json' | undefined;
  /** File whose state stands for that of the store. */
  rootFile: string;
}

/** Deepest nesting of groups. */
const MAX_DEPTH = 64;
/** Largest number of groups and arrays. */
const MAX_NODES = 2 ** 20;
const REMEDY = 'the store is damaged; write it again with a current anndata';

/**
 * Reads the metadata of all groups and arrays of a store: from its consolidated metadata, or by listing its folders.
 *
 * @throws FormatError for damaged metadata; UnsupportedError for a store that is not consolidated and cannot be listed
 */
export async function readTree(files: StoreFiles): Promise<ZarrTree> {
  const root = await readJson(files, 'zarr.json');
  if (root !== undefined) return readTree3(files, root);
  const all = await readJson(files, '.zmetadata');
  if (all !== undefined) {
    const entries = objectOf(files, '.zmetadata: metadata', all['metadata']);
    return { format: 2, nodes: nodes2(files, entries), consolidated: '.zmetadata', rootFile: '.zmetadata' };
  }
  const entries: JsonObject = {};
  await walk(files, async (path, names) => {
    for (const name of ['.zgroup', '.zarray', '.zattrs']) {
      if (!names.includes(name)) continue;
      const key = path === '' ? name : `${path}/${name}`;
      entries[key] = await readJson(files, key);
    }
    return !names.includes('.zarray');
  });
  return { format: 2, nodes: nodes2(files, entries), consolidated: undefined, rootFile: '.zgroup' };
}

async function readTree3(files: StoreFiles, root: JsonObject): Promise<ZarrTree> {
  const nodes = new Map<string, ZarrNode>([['', node3(files, '', root)]]);
  const all = root['consolidated_metadata'];
  const common = { format: 3, nodes, rootFile: 'zarr.json' } as const;
  if (typeof all === 'object' && all !== null) {
    const entries = objectOf(files, 'zarr.json: metadata', (all as JsonObject)['metadata']);
    for (const [path, value] of Object.entries(entries)) {
      checkKey(files.name, path);
      nodes.set(path, node3(files, path, objectOf(files, path, value)));
    }
    return { ...common, consolidated: 'zarr.json' };
  }
  await walk(files, async (path, names) => {
    if (path === '') return true;
    if (!names.includes('zarr.json')) return false;
    const node = node3(files, path, (await readJson(files, `${path}/zarr.json`))!);
    nodes.set(path, node);
    return node.kind === 'group';
  });
  return { ...common, consolidated: undefined };
}

function node3(files: StoreFiles, path: string, metadata: JsonObject): ZarrNode {
  const { zarr_format: format, node_type: kind, attributes = {} } = metadata;
  const field = path === '' ? 'zarr.json' : path;
  if (format !== 3)
    throw new FormatError(files.name, field, `has zarr_format ${JSON.stringify(format)}, not 3`, REMEDY);
  if (kind !== 'group' && kind !== 'array') {
    throw new FormatError(files.name, field, `has node_type ${JSON.stringify(kind)}, not group or array`, REMEDY);
  }
  return { kind, attributes: objectOf(files, `${field}: attributes`, attributes), metadata };
}

/** Combines the files of each node of version 2. */
function nodes2(files: StoreFiles, entries: JsonObject): Map<string, ZarrNode> {
  const nodes = new Map<string, ZarrNode>();
  for (const [key, value] of Object.entries(entries)) {
    checkKey(files.name, key);
    const cut = key.lastIndexOf('/');
    const [path, name] = [key.slice(0, Math.max(0, cut)), key.slice(cut + 1)];
    if (name !== '.zgroup' && name !== '.zarray') continue;
    const metadata = objectOf(files, key, value);
    if (metadata['zarr_format'] !== 2) {
      throw new FormatError(
        files.name,
        key,
        `has zarr_format ${JSON.stringify(metadata['zarr_format'])}, not 2`,
        REMEDY,
      );
    }
    const attributes = entries[path === '' ? '.zattrs' : `${path}/.zattrs`] ?? {};
    const kind = name === '.zarray' ? 'array' : 'group';
    nodes.set(path, { kind, attributes: objectOf(files, `${path}/.zattrs`, attributes), metadata });
  }
  if (nodes.has('')) return nodes;
  throw new FormatError(files.name, '.zgroup', 'is missing', 'check that this is a zarr store, and copy it again');
}

/**
 * Visits the folders of a store.
 *
 * @param visit receives a folder and the names in it; returns whether to visit its folders
 */
async function walk(files: StoreFiles, visit: (path: string, names: string[]) => Promise<boolean>): Promise<void> {
  const { list } = files;
  if (list === undefined) {
    const remedy = 'consolidate its metadata (zarr.consolidate_metadata), or pass the folder with a function list';
    throw new UnsupportedError(files.name, 'metadata', 'a store that is not consolidated and cannot be listed', remedy);
  }
  let nodes = 0;
  const below = async (path: string, depth: number): Promise<void> => {
    nodes++;
    if (depth > MAX_DEPTH || nodes > MAX_NODES) {
      throw new FormatError(files.name, path, 'is nested too deeply, or has too many groups', REMEDY);
    }
    const entries = await list(path);
    const names = entries.filter(({ isFolder }) => !isFolder).map(({ name }) => name);
    if (!(await visit(path, names))) return;
    for (const { name, isFolder } of entries) {
      if (isFolder) await below(path === '' ? name : `${path}/${name}`, depth + 1);
    }
  };
  await below('', 0);
}

/** Reads a file of metadata; undefined if it does not exist. @throws FormatError */
async function readJson(files: StoreFiles, key: string): Promise<JsonObject | undefined> {
  const bytes = await files.read(key);
  if (bytes === undefined) return undefined;
  return objectOf(files, key, parse(files, key, new TextDecoder().decode(bytes)));
}

/** Parses JSON. Python writes numbers that JSON does not have, which become null. */
function parse(files: StoreFiles, key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const strict = text.replace(
      /("(?:[^"\\]|\\.)*")|-?\b(?:NaN|Infinity)\b/g,
      (_, quoted?: string) => quoted ?? 'null',
    );
    try {
      return JSON.parse(strict);
    } catch {
      throw new FormatError(files.name, key, `is not JSON (${messageOf(cause)})`, REMEDY, { cause });
    }
  }
}

function objectOf(files: StoreFiles, field: string, value: unknown): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new FormatError(files.name, field, 'is not a JSON object', REMEDY);
}
