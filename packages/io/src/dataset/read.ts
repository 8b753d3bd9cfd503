import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Schema } from 'apache-arrow';
import { FieldMissingError, FileMissingError, FormatError, UnsupportedError, fileError } from '../errors.js';
import { fromArrowData } from './from-arrow.js';
import { fromSchema, type ColumnData, type Feature, type RecordBatchColumns } from './features.js';
import { readShard, surveyShard } from './shard.js';

/** A dataset on disk, described. */
export interface OpenedDataset {
  features: Record<string, Feature>;
  rows: number;
  /** What `createDataset` was given as `metadata`; empty for a dataset from elsewhere. */
  metadata: Record<string, string>;
  /** The rows in order, in the batches they were written in; each call starts again. */
  batches(): AsyncIterable<RecordBatchColumns>;
}

/**
 * Opens a folder that `createDataset` or `datasets.save_to_disk` wrote. Integers of any width read as int64 and must fit 32 bits inside
 * lists; `columns` picks some of the columns.
 *
 * @throws FileMissingError, FormatError, FieldMissingError, UnsupportedError
 */
export async function openDataset(dir: string, options: { columns?: readonly string[] } = {}): Promise<OpenedDataset> {
  const { shards, metadata } = await datasetFiles(dir);
  const { schema, rows } = await survey(shards);
  const features = fromSchema(schema, dir, options.columns);
  for (const name of options.columns ?? []) {
    if (!Object.hasOwn(features, name)) {
      throw new FieldMissingError(
        dir,
        `column '${name}'`,
        schema.fields.map((field) => field.name),
      );
    }
  }
  return {
    features,
    rows,
    metadata,
    async *batches() {
      for (const shard of shards) {
        for await (const batch of readShard(shard)) {
          const columns = Object.entries(features).map(([name, feature]): [string, ColumnData] => {
            const data = batch.getChild(name)?.data[0];
            if (!data) throw new FormatError(shard, `column '${name}'`, 'is missing', 'write the dataset again');
            return [name, fromArrowData(name, feature, data, shard)];
          });
          yield { rows: batch.numRows, columns: Object.fromEntries(columns) };
        }
      }
    },
  };
}

export interface DatasetFiles {
  shards: string[];
  metadata: Record<string, string>;
  /** All that `dataset_info.json` says. */
  info: Record<string, unknown>;
  /** What the writer names the contents by; '' when it does not. */
  fingerprint: string;
}

/** The shards of a dataset folder, in order, and what it says of itself. @throws as `openDataset` */
export async function datasetFiles(dir: string): Promise<DatasetFiles> {
  await refuseSeveral(dir);
  const state = await readJson(join(dir, 'state.json'));
  const info = await readJson(join(dir, 'dataset_info.json'));
  if (Array.isArray(state['_indices_data_files']) && state['_indices_data_files'].length) {
    throw new UnsupportedError(
      dir,
      'state.json',
      'a dataset with an indices mapping',
      'save it after flatten_indices()',
    );
  }
  const shards = shardNames(dir, state).map((name) => join(dir, name));
  return { shards, metadata: textRecord(info['metadata']), info, fingerprint: String(state['_fingerprint'] ?? '') };
}

/** A `DatasetDict` is a folder of datasets. */
async function refuseSeveral(dir: string): Promise<void> {
  const path = join(dir, 'dataset_dict.json');
  if (!(await stat(path).catch(() => null))) return;
  const { splits } = await readJson(path);
  const names = Array.isArray(splits) ? splits.map(String) : [];
  throw new UnsupportedError(dir, 'folder', 'a DatasetDict as a whole', `name the folder of one: ${names.join(', ')}`);
}

async function survey(shards: readonly string[]): Promise<{ schema: Schema; rows: number }> {
  const surveys = [];
  for (const shard of shards) surveys.push(await surveyShard(shard));
  return { schema: surveys[0]!.schema, rows: surveys.reduce((sum, { rows }) => sum + rows, 0) };
}

const IS_IT_ONE = 'is this a folder that datasets.save_to_disk wrote?';

async function readJson(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const error = fileError(path, cause);
    throw error instanceof FileMissingError ? new FileMissingError(path, IS_IT_ONE, { cause }) : error;
  });
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw new FormatError(path, 'file', 'is not JSON', 'write the dataset again', { cause });
  }
  throw new FormatError(path, 'file', 'is not a JSON object', 'write the dataset again');
}

function shardNames(dir: string, state: Record<string, unknown>): string[] {
  const files = state['_data_files'];
  const names = Array.isArray(files)
    ? files.map((file: unknown) => (file as { filename?: unknown } | null)?.filename)
    : [];
  if (names.length && names.every((name) => typeof name === 'string' && name === basename(name)))
    return names as string[];
  throw new FormatError(join(dir, 'state.json'), '_data_files', 'does not name shards in this folder', IS_IT_ONE);
}

function textRecord(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]));
}
