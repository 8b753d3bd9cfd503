import { AsyncByteQueue, type RecordBatch, RecordBatchStreamWriter, type Schema } from 'apache-arrow';
import { type FileHandle, open } from 'node:fs/promises';

/** Number of bytes after which data are flushed to the disk while more are written. */
const FLUSH_BYTES = 32 * 1024 * 1024;

/** An Arrow stream file being written. */
export class Shard {
  rows = 0;
  bytes = 0;
  private readonly sink = new ChunkQueue();
  private readonly writer = new RecordBatchStreamWriter();
  private open = true;
  private unflushed = 0;
  private flush: Promise<void> | undefined;

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    private readonly onWrite: (bytes: Uint8Array) => void,
  ) {}

  static async create(path: string, schema: Schema, onWrite: (bytes: Uint8Array) => void): Promise<Shard> {
    const shard = new Shard(path, await open(path, 'w'), onWrite);
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
      await this.flush;
      await this.file.sync();
    } finally {
      await this.file.close();
    }
  }

  private async drain(): Promise<void> {
    const chunks = this.sink.take();
    for (const chunk of chunks) {
      this.onWrite(chunk);
      this.bytes += chunk.byteLength;
      this.unflushed += chunk.byteLength;
    }
    if (chunks.length) await this.file.writev(chunks);
    if (this.unflushed >= FLUSH_BYTES && !this.flush) this.flushInBackground();
  }

  /** Flushes early, so that closing the file is quick. The sync in `close` reports any failure. */
  private flushInBackground(): void {
    this.unflushed = 0;
    this.flush = this.file
      .datasync()
      .catch(() => undefined)
      .then(() => {
        this.flush = undefined;
      });
  }
}

/** Collects the output of the Arrow writer synchronously, so that a batch is on disk before the next one is encoded. */
class ChunkQueue extends AsyncByteQueue {
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
