import { checkOptions, type OptionNames, UnsupportedError } from '@geneformer-ts/core';
import {
  fileError,
  type FolderKind,
  replaceableDirectory,
  replaceDirectory,
  temporaryFolder,
} from '@geneformer-ts/core/node';
import { makeData, RecordBatch, Struct } from 'apache-arrow';
import { copyFile, join, link, rename, rm } from '@geneformer-ts/core/system';
import { ContentHash } from './content-hash.js';
import { type Feature, fromSchema, type RecordBatchColumns, toSchema } from './features.js';
import { checkFolderPath, type OpenedFolder, withFile } from '../base/input.js';
import { checkBatch, checkDatasetOptions, checkFeatures } from './check-dataset.js';
import { datasetFiles } from './folder.js';
import { Shard } from './shard-writer.js';
import { describeShard } from './shard.js';
import { Scratch, toArrowData } from './to-arrow.js';
import { DATASET_FOLDER, describeDataset, shardName } from './write-folder.js';
import { WriterCalls } from './writer-calls.js';

/** Options of `createDataset` and `appendDataset`. */
export interface DatasetOptions {
  /** A shard is closed once it has this many rows; batches are not split. Default: once it has 500 MB. */
  rowsPerShard?: number;
  /** Strings to store under `metadata` in `dataset_info.json`. */
  metadata?: Record<string, string>;
}

const known: OptionNames<DatasetOptions> = { rowsPerShard: true, metadata: true };

/** A dataset being written. It appears under its name on `close`; `abort` removes everything. */
export interface DatasetWriter {
  /**
   * Writes rows. Await it before the next call, because memory is reused. The rows of the last call may still be on their way to the disk
   * when it ends: then the next call, or `close`, reports the failure. @throws ArgumentError when the call before has not ended
   */
  append(batch: RecordBatchColumns): Promise<void>;
  /** Closing twice is allowed. @throws ArgumentError while `append` runs; the failure of an `append` */
  close(): Promise<void>;
  abort(): Promise<void>;
}

const SHARD_BYTES = 500e6;

/** The existing part of a dataset to be extended. */
export interface ExistingPart {
  /** Paths of its shards, in order. */
  shards: readonly string[];
  /** Additional entries of `dataset_info.json`. */
  info: Record<string, unknown>;
  /** Fingerprint of the existing contents, from which the new one is derived. */
  fingerprint: string;
  /** Folder of the existing part. It must not change until the new folder replaces it. Undefined for a new dataset. */
  folder?: OpenedFolder;
}

/**
 * Starts writing a folder that `datasets.load_from_disk` opens: Arrow stream shards, `dataset_info.json` and `state.json`.
 * The same rows in the same batches give the same bytes. Replaces an existing dataset, but never a folder with other files.
 *
 * @throws ArgumentError from `append` when a batch does not match the features; ForeignFilesError listing the files in
 *   `dir` that are not part of a dataset; FileAccessError, also when `dir` is a file, the current folder or a mount point
 * @example
 * const writer = await createDataset('cells.dataset', { input_ids: { list: 'int64' }, length: 'int64' });
 * const input_ids = { offsets: Int32Array.of(0, 2, 3), values: Int32Array.of(7, 9, 8) };
 * await writer.append({ rows: 2, columns: { input_ids, length: Int32Array.of(2, 1) } });
 * await writer.close();
 */
export async function createDataset(
  dir: string,
  features: Record<string, Feature>,
  options: DatasetOptions = {},
): Promise<DatasetWriter> {
  checkOptions('createDataset', options, known);
  const { metadata } = options;
  return beginDataset(dir, features, options, { shards: [], info: metadata ? { metadata } : {}, fingerprint: '' });
}

/** Starts writing a folder with the shards of `existing`, followed by the appended rows. */
async function beginDataset(
  dir: string,
  features: Record<string, Feature>,
  options: DatasetOptions,
  existing: ExistingPart,
): Promise<DatasetWriter> {
  checkFolderPath(dir);
  checkFeatures(features);
  checkDatasetOptions(options);
  const schema = toSchema(features);
  const kind = existing.folder ? unchanged(existing.folder) : DATASET_FOLDER;
  const target = await replaceableDirectory(dir, kind);
  const hash = new ContentHash(existing.fingerprint, features);
  const shards: Shard[] = [];
  // One batch is written while the next one is prepared.
  const scratches = [new Scratch(), new Scratch()];
  let current: Shard | undefined;
  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((cause: unknown) => {
      throw fileError(dir, cause);
    });

  const folder = await guarded(() => temporaryFolder(target));
  const begin = async (): Promise<Shard> => {
    const shard = await Shard.create(join(folder, `shard-${shards.length}`), schema);
    shards.push(shard);
    return shard;
  };
  const isFull = ({ rows, bytes }: Shard): boolean =>
    options.rowsPerShard === undefined ? bytes >= SHARD_BYTES : rows >= options.rowsPerShard;

  const calls = new WriterCalls();
  return {
    append: (batch) =>
      calls.append(
        () => {
          checkBatch(batch, features);
          const [scratch] = scratches;
          const children = Object.entries(features).map(([name, feature]) =>
            toArrowData(name, feature, batch.columns[name], batch.rows, scratch),
          );
          // All columns are checked by now. A batch that is refused must not change the memory that the one before is written from.
          scratches.reverse();
          hash.add(batch);
          return new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: batch.rows, children }));
        },
        (rows) =>
          guarded(async () => {
            current ??= await begin();
            await current.append(rows);
            if (!isFull(current)) return;
            await current.close();
            current = undefined;
          }),
      ),
    close: () =>
      calls.close(() =>
        guarded(async () => {
          existing.folder?.checkUnchanged();
          const earlier = existing.shards.length;
          if (shards.length + earlier === 0) current = await begin();
          await current?.close();
          const total = earlier + shards.length;
          const files = Array.from({ length: total }, (_, i) => shardName(i, total));
          await Promise.all([
            ...existing.shards.map((path, i) => linkOrCopy(path, join(folder, files[i]))),
            ...shards.map((shard, i) => rename(shard.path, join(folder, files[earlier + i]))),
          ]);
          const fingerprint = hash.digest();
          await describeDataset(folder, { features, files, fingerprint, info: existing.info });
          await replaceDirectory(folder, target, kind);
        }),
      ),
    abort: () =>
      calls.abort(() =>
        guarded(async () => {
          await current?.discard();
          current = undefined;
          await rm(folder, { recursive: true, force: true });
        }),
      ),
  };
}

/** Kind of a dataset that is still as it was opened. Asked again once it was set aside, when no other program can change it. */
function unchanged(folder: OpenedFolder): FolderKind {
  return {
    ...DATASET_FOLDER,
    async recognizes(path) {
      folder.checkUnchanged(path);
      return true;
    },
  };
}

/** Creates a hard link, or a copy where the file system has no hard links. */
async function linkOrCopy(path: string, name: string): Promise<void> {
  await link(path, name).catch(() => copyFile(path, name));
}

/** Entries of `dataset_info.json` that are wrong once rows are added. */
const COUNTS = new Set(['splits', 'dataset_size', 'download_size', 'size_in_bytes', 'post_processing_size']);

/**
 * Adds rows to a dataset written by `createDataset` or `datasets.save_to_disk`. New rows go to new shards; the existing shards
 * do not change. The folder changes only on `close`, not before it and not on `abort`. `options.metadata` is merged into the
 * existing metadata.
 *
 * @throws FileAccessError, also from `close` when another program has changed the dataset meanwhile; ForeignFilesError when
 *   the folder contains other files; UnsupportedError when a column has a type that
 *   `createDataset` does not write; any error of `openDataset` and `createDataset`
 * @example
 * const writer = await appendDataset('cells.dataset');
 * await writer.append({ rows: 1, columns: { input_ids: { offsets: Int32Array.of(0, 1), values: Int32Array.of(7) } } });
 * await writer.close();
 */
export async function appendDataset(dir: string, options: DatasetOptions = {}): Promise<DatasetWriter> {
  checkOptions('appendDataset', options, known);
  const { folder, shards, indices, metadata, info, fingerprint } = await datasetFiles(dir);
  if (indices.length) {
    const remedy = 'load it and save it with datasets 2 or later, which writes the selected rows';
    throw new UnsupportedError(dir, 'state.json', 'appending to a dataset with an indices mapping', remedy);
  }
  const { schema } = await withFile(folder, shards[0], describeShard);
  // The folder remembers the version of every file that was opened.
  for (const shard of shards) await withFile(folder, shard, async () => undefined);
  const features = fromSchema(schema, dir);
  const ours = toSchema(features);
  for (const [i, field] of schema.fields.entries()) {
    const type = String(field.type);
    if (type === String(ours.fields[i].type)) continue;
    throw new UnsupportedError(
      dir,
      `column '${field.name}'`,
      `appending to a column of type ${type}`,
      `cast it to ${String(ours.fields[i].type)} first`,
    );
  }
  const kept = Object.entries(info).filter(([key]) => key !== 'features' && !COUNTS.has(key));
  const joined = { ...metadata, ...options.metadata };
  const facts = { ...Object.fromEntries(kept), ...(Object.keys(joined).length ? { metadata: joined } : {}) };
  const paths = shards.map((name) => folder.pathOf(name));
  return beginDataset(dir, features, options, { shards: paths, info: facts, fingerprint, folder });
}
