import {
  type ByteSource,
  FileMissingError,
  FormatError,
  isFileName,
  listSome,
  UnsupportedError,
} from '@geneformer-ts/core';
import { readWhole } from '../base/bytes.js';
import { type FolderInput, missingFrom, openFolder, type OpenedFolder, openIfPresent } from '../base/input.js';

/** Content of the JSON files of a dataset folder. */
export interface DatasetFiles {
  folder: OpenedFolder;
  /** Names of the shards, in order. */
  shards: string[];
  /** Names of the tables of row numbers that select and order the rows; empty for most datasets. */
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
export async function datasetFiles(dir: FolderInput): Promise<DatasetFiles> {
  const folder = await openFolder(dir);
  await rejectDatasetDict(folder);
  const state = await readJson(folder, 'state.json');
  const info = await readJson(folder, 'dataset_info.json');
  const shards = fileNames(folder, state, '_data_files');
  if (shards.length === 0) {
    throw new FormatError(
      folder.pathOf('state.json'),
      '_data_files',
      'does not name shards in this folder',
      CHECK_FOLDER,
    );
  }
  // Datasets 1.0 to 1.3 stored the result of select, shuffle, sort and filter in `_indices_data_files`; later versions write the rows.
  const indices = ['_indices_data_files', '_indices_files'].flatMap((field) => fileNames(folder, state, field));
  await requireAll(folder, [...shards, ...indices]);
  return {
    folder,
    shards,
    indices,
    metadata: textRecord(info['metadata']),
    info,
    fingerprint: String(state['_fingerprint'] ?? ''),
  };
}

/** Rejects a `DatasetDict`, which is a folder of datasets. */
async function rejectDatasetDict(folder: OpenedFolder): Promise<void> {
  const source = await openIfPresent(folder, 'dataset_dict.json');
  if (!source) return;
  const { splits } = await parseJson(source);
  const names = Array.isArray(splits) ? splits.filter(isFileName) : [];
  throw new UnsupportedError(
    folder.name,
    'folder',
    `a DatasetDict as a whole (its splits: ${listSome(names)})`,
    names.length ? `use the folder of one split: ${folder.pathOf(names[0])}` : 'use the folder of one split',
  );
}

function fileNames(folder: OpenedFolder, state: Record<string, unknown>, field: string): string[] {
  const path = folder.pathOf('state.json');
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

async function requireAll(folder: OpenedFolder, names: readonly string[]): Promise<void> {
  const absent = await missingFrom(folder, names);
  if (absent.length === 0) return;
  const which = `${absent.length} of the ${names.length} files that state.json names are missing`;
  throw new FileMissingError(folder.pathOf(absent[0]), `${which} (${listSome(absent)}); ${DOWNLOAD_AGAIN}`);
}

async function readJson(folder: OpenedFolder, file: string): Promise<Record<string, unknown>> {
  const source = await openIfPresent(folder, file);
  if (source) return parseJson(source);
  throw new FileMissingError(folder.pathOf(file), CHECK_FOLDER);
}

/** Reads a JSON object and closes its source. */
async function parseJson(source: ByteSource): Promise<Record<string, unknown>> {
  const path = source.name;
  const bytes = await readWhole(source, MAX_JSON_BYTES, 'a JSON file of a dataset').finally(() => source.close());
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
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
