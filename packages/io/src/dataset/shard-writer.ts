import { open, type FileHandle } from 'node:fs/promises';
import { AsyncByteQueue, RecordBatchStreamWriter, type RecordBatch, type Schema } from 'apache-arrow';

/** One Arrow stream file being written. */
export class Shard {
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
