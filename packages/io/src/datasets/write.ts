import { ArgumentError, UnsupportedError } from '@geneformer-ts/core';
import { fileError, replaceableDirectory, replaceDirectory, temporaryFolder } from '@geneformer-ts/core/node';
import { makeData, RecordBatch, Struct } from 'apache-arrow';
import { createHash } from 'node:crypto';
import { copyFile, link, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Feature, fromSchema, type RecordBatchColumns, toHuggingFace, toSchema } from './features.js';
import { DATASET_FOLDER, datasetFiles, describeDataset, shardName } from './folder.js';
import { Shard } from './shard-writer.js';
import { describeShard } from './shard.js';
import { Scratch, toArrowData } from './to-arrow.js';

/** How a dataset is cut and described. */
export interface DatasetOptions {
  /** A shard is closed once it has this many rows (batches are not split); else once it has 500 MB. */
  rowsPerShard?: number;
  /** Facts kept under `metadata` in `dataset_info.json`. */
  metadata?: Record<string, string>;
}

/** A dataset being written. Nothing lies under its name until `close`; `abort` leaves nothing at all. */
export interface DatasetWriter {
  /** Writes some rows. To be awaited before the next: memory is used again. */
  append(batch: RecordBatchColumns): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

const SHARD_BYTES = 500e6;

/** The existing part of a dataset that is extended. */
export interface Beginning {
  /** Paths of its shards, in order. */
  shards: readonly string[];
  /** Further entries of `dataset_info.json`. */
  info: Record<string, unknown>;
  /** What its contents are known by, in part of which the new fingerprint is made. */
  fingerprint: string;
}

/**
 * Begins a folder that `datasets.load_from_disk` opens: Arrow stream shards, `dataset_info.json` and `state.json`. The same
 * rows in the same batches give the same bytes. An earlier dataset of that name is replaced; a folder with other files is not.
 *
 * @throws ArgumentError from `append` when a batch does not fit the features; ForeignFilesError listing files in `dir` that
 *   are not part of a dataset; FileAccessError, also when `dir` is a file, the current folder or a mount point
 */
export async function createDataset(
  dir: string,
  features: Record<string, Feature>,
  options: DatasetOptions = {},
): Promise<DatasetWriter> {
  const { metadata } = options;
  return beginDataset(dir, features, options, { shards: [], info: metadata ? { metadata } : {}, fingerprint: '' });
}

/** Begins a folder that holds the shards of `beginning` and then what is appended. */
async function beginDataset(
  dir: string,
  features: Record<string, Feature>,
  options: DatasetOptions,
  beginning: Beginning,
): Promise<DatasetWriter> {
  if (Object.keys(features).length === 0) {
    throw new ArgumentError('features', 'are empty', 'name at least one column');
  }
  const schema = toSchema(features);
  const target = await replaceableDirectory(dir, DATASET_FOLDER);
  const hash = createHash('sha256').update(beginning.fingerprint + JSON.stringify(toHuggingFace(features)));
  const shards: Shard[] = [];
  const scratch = new Scratch();
  let current: Shard | undefined;
  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((cause: unknown) => {
      throw fileError(dir, cause);
    });

  const folder = await guarded(() => temporaryFolder(target));
  const begin = async (): Promise<Shard> => {
    const shard = await Shard.create(join(folder, `shard-${shards.length}`), schema, (bytes) => hash.update(bytes));
    shards.push(shard);
    return shard;
  };
  const isFull = ({ rows, bytes }: Shard): boolean =>
    options.rowsPerShard === undefined ? bytes >= SHARD_BYTES : rows >= options.rowsPerShard;

  return {
    append: (batch) =>
      guarded(async () => {
        const extra = Object.keys(batch.columns).find((name) => !Object.hasOwn(features, name));
        if (extra !== undefined) {
          throw new ArgumentError(`column '${extra}'`, 'is not among the features', 'name it in createDataset');
        }
        const children = Object.entries(features).map(([name, feature]) =>
          toArrowData(name, feature, batch.columns[name], batch.rows, scratch),
        );
        current ??= await begin();
        await current.append(
          new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: batch.rows, children })),
        );
        if (isFull(current)) {
          await current.close();
          current = undefined;
        }
      }),
    close: () =>
      guarded(async () => {
        const earlier = beginning.shards.length;
        if (shards.length + earlier === 0) current = await begin();
        await current?.close();
        const total = earlier + shards.length;
        const files = Array.from({ length: total }, (_, i) => shardName(i, total));
        await Promise.all([
          ...beginning.shards.map((path, i) => adopt(path, join(folder, files[i]))),
          ...shards.map((shard, i) => rename(shard.path, join(folder, files[earlier + i]))),
        ]);
        const fingerprint = hash.digest('hex').slice(0, 16);
        await describeDataset(folder, { features, files, fingerprint, info: beginning.info });
        await replaceDirectory(folder, target, DATASET_FOLDER);
      }),
    abort: () =>
      guarded(async () => {
        await current?.close();
        current = undefined;
        await rm(folder, { recursive: true, force: true });
      }),
  };
}

/** The same file under a second name where the file system can do that, else a copy of it. */
async function adopt(path: string, name: string): Promise<void> {
  await link(path, name).catch(() => copyFile(path, name));
}

/** Facts of `dataset_info.json` that are no longer true once rows are added. */
const COUNTS = new Set(['splits', 'dataset_size', 'download_size', 'size_in_bytes', 'post_processing_size']);

/**
 * Adds rows to a dataset that `createDataset` or `datasets.save_to_disk` wrote. Its shards stay as they are; new rows go to new
 * shards. The folder does not change before `close`, nor after `abort`. `metadata` is added to the existing metadata.
 *
 * @throws ForeignFilesError when the folder holds other files; UnsupportedError when a column has a type that `createDataset` does not write; else as `openDataset` and `createDataset`
 */
export async function appendDataset(dir: string, options: DatasetOptions = {}): Promise<DatasetWriter> {
  const { shards, indices, metadata, info, fingerprint } = await datasetFiles(dir);
  if (indices.length) {
    const remedy = 'load it and save it with datasets 2 or later, which writes the rows themselves';
    throw new UnsupportedError(dir, 'state.json', 'adding to a dataset with an indices mapping', remedy);
  }
  const { schema } = await describeShard(shards[0]);
  const features = fromSchema(schema, dir);
  const ours = toSchema(features);
  for (const [i, field] of schema.fields.entries()) {
    const type = String(field.type);
    if (type === String(ours.fields[i].type)) continue;
    throw new UnsupportedError(
      dir,
      `column '${field.name}'`,
      `adding to a column of type ${type}`,
      `cast it to ${String(ours.fields[i].type)} first`,
    );
  }
  const kept = Object.entries(info).filter(([key]) => key !== 'features' && !COUNTS.has(key));
  const joined = { ...metadata, ...options.metadata };
  const facts = { ...Object.fromEntries(kept), ...(Object.keys(joined).length ? { metadata: joined } : {}) };
  return beginDataset(dir, features, options, { shards, info: facts, fingerprint });
}
