import { createHash } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { AsyncByteQueue, RecordBatch, RecordBatchStreamWriter, Struct, makeData, type Schema } from 'apache-arrow';
import { ArgumentError, fileError } from '../errors.js';
import { replaceDirectory, temporaryBeside, writeFileAtomic } from '../files/atomic.js';
import { toHuggingFace, toSchema, type Feature, type RecordBatchColumns } from './features.js';
import { toArrowData } from './to-arrow.js';

/** How a dataset is cut and described. */
export interface DatasetOptions {
  /** A shard is closed once it has this many rows (batches are not split); else once it has 500 MB. */
  rowsPerShard?: number;
  /** Facts kept under `metadata` in `dataset_info.json`. */
  metadata?: Record<string, string>;
}

/** A dataset being written. Nothing lies under its name until `close`; `abort` leaves nothing at all. */
export interface DatasetWriter {
  append(batch: RecordBatchColumns): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

const SHARD_BYTES = 500e6;

/**
 * Begins a folder that `datasets.load_from_disk` opens: Arrow stream shards, `dataset_info.json` and `state.json`. The same
 * rows in the same batches give the same bytes.
 *
 * @throws ArgumentError from `append` when a batch does not fit the features; FileAccessError
 */
export async function createDataset(
  dir: string,
  features: Record<string, Feature>,
  options: DatasetOptions = {},
): Promise<DatasetWriter> {
  if (Object.keys(features).length === 0) {
    throw new ArgumentError('features', 'are empty', 'name at least one column');
  }
  const schema = toSchema(features);
  const folder = temporaryBeside(dir);
  const hash = createHash('sha256').update(JSON.stringify(toHuggingFace(features)));
  const shards: Shard[] = [];
  let current: Shard | undefined;
  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((cause: unknown) => {
      throw fileError(dir, cause);
    });

  await guarded(() => mkdir(folder, { recursive: true }));

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
          toArrowData(name, feature, batch.columns[name], batch.rows),
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
        if (shards.length === 0) current = await begin();
        await current?.close();
        const names = shards.map((_, i) => `data-${five(i)}-of-${five(shards.length)}.arrow`);
        await Promise.all(shards.map((shard, i) => rename(shard.path, join(folder, names[i]!))));
        await describe(folder, features, names, hash.digest('hex').slice(0, 16), options.metadata);
        await replaceDirectory(folder, dir);
      }),
    abort: () =>
      guarded(async () => {
        await current?.close();
        current = undefined;
        await rm(folder, { recursive: true, force: true });
      }),
  };
}

function five(n: number): string {
  return String(n).padStart(5, '0');
}

async function describe(
  folder: string,
  features: Record<string, Feature>,
  files: string[],
  fingerprint: string,
  metadata?: Record<string, string>,
): Promise<void> {
  const info = {
    citation: '',
    description: '',
    features: toHuggingFace(features),
    homepage: '',
    license: '',
    ...(metadata ? { metadata } : {}),
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
  await writeFileAtomic(join(folder, 'dataset_info.json'), JSON.stringify(info, null, 2));
  await writeFileAtomic(join(folder, 'state.json'), JSON.stringify(state, null, 2));
}

/** One Arrow stream file being written. */
class Shard {
  rows = 0;
  bytes = 0;
  private readonly sink = new Outbox();
  private readonly writer = new RecordBatchStreamWriter();
  private open = true;

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private readonly seen: (bytes: Uint8Array) => void,
  ) {}

  static async create(path: string, schema: Schema, seen: (bytes: Uint8Array) => void): Promise<Shard> {
    const shard = new Shard(path, await open(path, 'w'), seen);
    shard.writer.reset(shard.sink, schema);
    return shard;
  }

  async append(batch: RecordBatch): Promise<void> {
    this.writer.write(batch);
    this.rows += batch.numRows;
    await this.drain();
  }

  async close(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    try {
      this.writer.close();
      await this.drain();
      await this.file.sync();
    } finally {
      await this.file.close();
    }
  }

  private async drain(): Promise<void> {
    const chunks = this.sink.take();
    for (const chunk of chunks) {
      this.seen(chunk);
      this.bytes += chunk.byteLength;
    }
    if (chunks.length) await this.file.writev(chunks);
  }
}

/** Takes what the Arrow writer puts out, synchronously, so that a batch is on disk before the next one is made. */
class Outbox extends AsyncByteQueue {
  private chunks: Uint8Array[] = [];

  override write(chunk: Uint8Array): void {
    this.chunks.push(chunk);
  }

  take(): Uint8Array[] {
    const { chunks } = this;
    this.chunks = [];
    return chunks;
  }
}
