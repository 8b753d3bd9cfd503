import { AsyncByteQueue, type RecordBatch, RecordBatchStreamWriter, type Schema } from 'apache-arrow';
import { type FileHandle, open } from '@geneformer-ts/core/system';

/** Number of bytes after which data are flushed to the disk while more are written. */
const FLUSH_BYTES = 32 * 1024 * 1024;

/** An Arrow stream file being written. A batch is written while the caller prepares the next one. */
export class Shard {
  rows = 0;
  bytes = 0;
  private readonly sink = new ChunkQueue();
  private readonly writer = new RecordBatchStreamWriter();
  private writing: Promise<void> | undefined;
  private open = true;
  private unflushed = 0;
  private flush: Promise<void> | undefined;

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  static async create(path: string, schema: Schema): Promise<Shard> {
    const shard = new Shard(path, await open(path, 'w'));
    shard.writer.reset(shard.sink, schema);
    return shard;
  }

  /** Begins to write a batch. Its memory may change again once the call after this one, or `close`, has ended. */
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
      await this.written();
      await this.flush;
      await this.file.sync();
    } finally {
      await this.file.close();
    }
  }

  /** Closes a file that is to be removed. */
  async discard(): Promise<void> {
    if (!this.open) return;
    this.open = false;
    await this.written().catch(() => undefined);
    await this.file.close();
  }

  private async drain(): Promise<void> {
    const chunks = this.sink.take();
    for (const { byteLength } of chunks) {
      this.bytes += byteLength;
      this.unflushed += byteLength;
    }
    await this.written();
    if (chunks.length) {
      this.writing = this.file.writev(chunks).then(() => undefined);
      // The next call reports a failure.
      this.writing.catch(() => undefined);
    }
    if (this.unflushed >= FLUSH_BYTES && !this.flush) this.flushInBackground();
  }

  /** Waits for the batch that is being written. */
  private async written(): Promise<void> {
    const { writing } = this;
    this.writing = undefined;
    await writing;
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

/** Collects the output of the Arrow writer synchronously, so that nothing of it waits in the writer. */
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
