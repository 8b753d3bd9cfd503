import { FileMissingError, FormatError, listSome, UnsupportedError } from '@geneformer-ts/core';
import { absentFrom, type FolderKind, isFileName, readTextFile, writeFileAtomic } from '@geneformer-ts/core/node';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readWhole } from '../base/bytes.js';
import { type Feature, toHuggingFace } from './features.js';

/** Content of the JSON files of a dataset folder. */
export interface DatasetFiles {
  /** Paths of the shards, in order. */
  shards: string[];
  /** Paths of the tables of row numbers that select and order the rows; empty for most datasets. */
  indices: string[];
  metadata: Record<string, string>;
  /** Content of `dataset_info.json`. */
  info: Record<string, unknown>;
  /** Identifier of the contents, given by the writer; '' if absent. */
  fingerprint: string;
}

const CHECK_FOLDER = 'check that datasets.save_to_disk wrote this folder';
const DOWNLOAD_AGAIN = 'the folder is incomplete; download the dataset again';
/** `state.json` takes a few dozen bytes per shard; the features of a column may take kilobytes. */
const MAX_JSON_BYTES = 50_000_000;

/**
 * Reads the JSON files of a dataset folder and checks that all files they name exist.
 *
 * @throws FileMissingError naming the missing files; FormatError; UnsupportedError
 */
export async function datasetFiles(dir: string): Promise<DatasetFiles> {
  await rejectDatasetDict(dir);
  const state = await readJson(join(dir, 'state.json'));
  const info = await readJson(join(dir, 'dataset_info.json'));
  const shards = fileNames(dir, state, '_data_files');
  if (shards.length === 0) {
    throw new FormatError(join(dir, 'state.json'), '_data_files', 'does not name shards in this folder', CHECK_FOLDER);
  }
  // Datasets 1.0 to 1.3 stored the result of select, shuffle, sort and filter in `_indices_data_files`; later versions write the rows.
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

/** Rejects a `DatasetDict`, which is a folder of datasets. */
async function rejectDatasetDict(dir: string): Promise<void> {
  const path = join(dir, 'dataset_dict.json');
  if (!(await stat(path).catch(() => null))) return;
  const { splits } = await readJson(path);
  const names = Array.isArray(splits) ? splits.filter(isFileName) : [];
  throw new UnsupportedError(
    dir,
    'folder',
    `a DatasetDict as a whole (its splits: ${listSome(names)})`,
    names.length ? `use the folder of one split: ${join(dir, names[0])}` : 'use the folder of one split',
  );
}

function fileNames(dir: string, state: Record<string, unknown>, field: string): string[] {
  const path = join(dir, 'state.json');
  const files = state[field] ?? [];
  if (!Array.isArray(files)) throw new FormatError(path, field, 'is not a list of files', CHECK_FOLDER);
  const names = new Set<string>();
  for (const [i, file] of files.entries()) {
    const entry = `${field}[${i}]`;
    const { filename, skip, take } = (file ?? {}) as { filename?: unknown; skip?: unknown; take?: unknown };
    if (!isFileName(filename)) {
      throw new FormatError(
        path,
        entry,
        `${JSON.stringify(filename) ?? 'nothing'} does not name a file in this folder`,
        CHECK_FOLDER,
      );
    }
    if (names.has(filename)) {
      throw new FormatError(
        path,
        entry,
        `names '${filename}' a second time, so its rows would be read twice`,
        'write the dataset again',
      );
    }
    if (skip !== undefined || take !== undefined) {
      const remedy = 'load the dataset and save it with datasets 2 or later, which writes the selected rows';
      throw new UnsupportedError(path, entry, 'a part of a shard (skip, take)', remedy);
    }
    names.add(filename);
  }
  return [...names];
}

async function requireAll(dir: string, names: readonly string[]): Promise<void> {
  const absent = await absentFrom(dir, names);
  if (absent.length === 0) return;
  const which = `${absent.length} of the ${names.length} files that state.json names are missing`;
  throw new FileMissingError(join(dir, absent[0]), `${which} (${listSome(absent)}); ${DOWNLOAD_AGAIN}`);
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const bytes = await readWhole(path, MAX_JSON_BYTES, 'a JSON file of a dataset').catch((error: unknown) => {
    throw error instanceof FileMissingError ? new FileMissingError(path, CHECK_FOLDER, { cause: error.cause }) : error;
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

/** Returns the name that `datasets` gives to a shard. */
export function shardName(shard: number, shards: number): string {
  return `data-${fiveDigits(shard)}-of-${fiveDigits(shards)}.arrow`;
}

function fiveDigits(n: number): string {
  return String(n).padStart(5, '0');
}

/** Content of the JSON files of a dataset to be written. */
export interface Description {
  features: Record<string, Feature>;
  files: readonly string[];
  fingerprint: string;
  /** Additional entries of `dataset_info.json`. */
  info: Record<string, unknown>;
}

/** Writes the two JSON files by which `datasets` recognizes a folder. */
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

/** Far more than the list of a million shards needs. */
const MAX_STATE_BYTES = 2 ** 27;

/** A folder written by `createDataset` or `datasets.save_to_disk`, with no other files in it. */
export const DATASET_FOLDER: FolderKind = {
  name: 'a dataset',
  owns: (file) => file === 'state.json' || file === 'dataset_info.json' || /^data-\d{5,}-of-\d{5,}\.arrow$/.test(file),
  // Other programs also write files named state.json.
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
