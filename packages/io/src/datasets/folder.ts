import { FileMissingError, FormatError, listSome, UnsupportedError } from '@geneformer-ts/core';
import { absentFrom, type FolderKind, isFileName, readTextFile, writeFileAtomic } from '@geneformer-ts/core/node';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readWhole } from '../base/bytes.js';
import { type Feature, toHuggingFace } from './features.js';

/** What a dataset folder says of itself. */
export interface DatasetFiles {
  /** Paths of the shards, in order. */
  shards: string[];
  /** Paths of the tables of row numbers that pick and order the rows; none for most datasets. */
  indices: string[];
  metadata: Record<string, string>;
  /** All that `dataset_info.json` says. */
  info: Record<string, unknown>;
  /** What the writer names the contents by; '' when it does not. */
  fingerprint: string;
}

const IS_IT_ONE = 'is this a folder that datasets.save_to_disk wrote?';
const DOWNLOAD_AGAIN = 'the folder is incomplete; download the dataset again';
/** A shard takes some dozen bytes in state.json; features of some columns take kilobytes. */
const MAX_JSON_BYTES = 50_000_000;

/**
 * The shards of a dataset folder, in order, and what it says of itself.
 * @throws FileMissingError naming what is absent; FormatError; UnsupportedError
 */
export async function datasetFiles(dir: string): Promise<DatasetFiles> {
  await refuseSeveral(dir);
  const state = await readJson(join(dir, 'state.json'));
  const info = await readJson(join(dir, 'dataset_info.json'));
  const shards = fileNames(dir, state, '_data_files');
  if (shards.length === 0) {
    throw new FormatError(join(dir, 'state.json'), '_data_files', 'does not name shards in this folder', IS_IT_ONE);
  }
  // Datasets 1.0 to 1.3 wrote `_indices_data_files` for what select, shuffle, sort and filter had picked; later ones write the rows.
  const indices = ['_indices_data_files', '_indices_files'].flatMap((field) => fileNames(dir, state, field));
  await requireAll(dir, [...shards, ...indices]);
  return {
    shards: shards.map((name) => join(dir, name)),
    indices: indices.map((name) => join(dir, name)),
    metadata: textRecord(info['metadata']),
    info,
    fingerprint: String(state['_fingerprint'] ?? ''),
  };
}

/** A `DatasetDict` is a folder of datasets. */
async function refuseSeveral(dir: string): Promise<void> {
  const path = join(dir, 'dataset_dict.json');
  if (!(await stat(path).catch(() => null))) return;
  const { splits } = await readJson(path);
  const names = Array.isArray(splits) ? splits.filter(isFileName) : [];
  throw new UnsupportedError(
    dir,
    'folder',
    `a DatasetDict as a whole (its splits: ${listSome(names)})`,
    names.length ? `name the folder of one split: ${join(dir, names[0])}` : 'name the folder of one split',
  );
}

function fileNames(dir: string, state: Record<string, unknown>, field: string): string[] {
  const path = join(dir, 'state.json');
  const files = state[field] ?? [];
  if (!Array.isArray(files)) throw new FormatError(path, field, 'is not a list of files', IS_IT_ONE);
  const names = new Set<string>();
  for (const [i, file] of files.entries()) {
    const entry = `${field}[${i}]`;
    const { filename, skip, take } = (file ?? {}) as { filename?: unknown; skip?: unknown; take?: unknown };
    if (!isFileName(filename)) {
      throw new FormatError(
        path,
        entry,
        `${JSON.stringify(filename) ?? 'nothing'} does not name a file in this folder`,
        IS_IT_ONE,
      );
    }
    if (names.has(filename)) {
      throw new FormatError(
        path,
        entry,
        `names '${filename}' again, whose rows would be read twice`,
        'write the dataset again',
      );
    }
    if (skip !== undefined || take !== undefined) {
      const remedy = 'load the dataset and save it with datasets 2 or later, which writes the rows themselves';
      throw new UnsupportedError(path, entry, 'a part of a shard (skip, take)', remedy);
    }
    names.add(filename);
  }
  return [...names];
}

async function requireAll(dir: string, names: readonly string[]): Promise<void> {
  const absent = await absentFrom(dir, names);
  if (absent.length === 0) return;
  const which = `${absent.length} of the ${names.length} files that state.json names are not there`;
  throw new FileMissingError(join(dir, absent[0]), `${which} (${listSome(absent)}); ${DOWNLOAD_AGAIN}`);
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const bytes = await readWhole(path, MAX_JSON_BYTES, 'a description of a dataset').catch((error: unknown) => {
    throw error instanceof FileMissingError ? new FileMissingError(path, IS_IT_ONE, { cause: error.cause }) : error;
  });
  try {
    const value = JSON.parse(bytes.toString('utf8')) as unknown;
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new FormatError(path, 'file', 'is not JSON', 'write the dataset again', { cause });
  }
  throw new FormatError(path, 'file', 'is not a JSON object', 'write the dataset again');
}

function textRecord(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}

/** The name of a shard, as `datasets` counts them. */
export function shardName(shard: number, shards: number): string {
  return `data-${five(shard)}-of-${five(shards)}.arrow`;
}

function five(n: number): string {
  return String(n).padStart(5, '0');
}

/** What a dataset says of itself beside its rows. */
export interface Description {
  features: Record<string, Feature>;
  files: readonly string[];
  fingerprint: string;
  /** Further entries of `dataset_info.json`. */
  info: Record<string, unknown>;
}

/** Writes the two JSON files by which `datasets` knows a folder. */
export async function describeDataset(
  folder: string,
  { features, files, fingerprint, info }: Description,
): Promise<void> {
  const described = {
    citation: '',
    description: '',
    features: toHuggingFace(features),
    homepage: '',
    license: '',
    ...info,
  };
  const state = {
    _data_files: files.map((filename) => ({ filename })),
    _fingerprint: fingerprint,
    _format_columns: null,
    _format_kwargs: {},
    _format_type: null,
    _output_all_columns: false,
    _split: null,
  };
  await writeFileAtomic(join(folder, 'dataset_info.json'), JSON.stringify(described, null, 2));
  await writeFileAtomic(join(folder, 'state.json'), JSON.stringify(state, null, 2));
}

/** Far more than the list of a million shards takes. */
const MAX_STATE_BYTES = 2 ** 27;

/** A folder as `createDataset` and `datasets.save_to_disk` write it, with nothing else in it. */
export const DATASET_FOLDER: FolderKind = {
  name: 'a dataset',
  owns: (file) => file === 'state.json' || file === 'dataset_info.json' || /^data-\d{5,}-of-\d{5,}\.arrow$/.test(file),
  // Other programs have files called state.json too.
  async recognizes(dir) {
    const path = join(dir, 'state.json');
    try {
      const state = JSON.parse(await readTextFile(path, MAX_STATE_BYTES)) as { _data_files?: unknown } | null;
      return Array.isArray(state?._data_files);
    } catch {
      return false;
    }
  },
};
