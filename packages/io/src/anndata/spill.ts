import { fileError } from '@geneformer-ts/core/node';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CsrBlock, Values } from './csr.js';
import type { Entries } from './entries.js';

/** Bytes of memory for entries of all windows that are not on disk yet. */
const HELD_BYTES = 1 << 26;
const MAX_ENTRIES = 1 << 16;
const MIN_ENTRIES = 1 << 8;

/** Entries of one window in memory, and the positions of its earlier entries in the file. */
interface Bucket {
  bytes: Uint8Array;
  rows: Int32Array;
  cols: Int32Array;
  values: Values;
  filled: number;
  segments: { position: number; entries: number }[];
}

/**
 * Entries of a matrix in a temporary file, sorted into windows of rows. Except on Windows the file is unlinked once it is
 * open, so nothing remains even if the process is killed.
 */
export class Spill {
  private readonly buckets: Bucket[];
  private readonly capacity: number;
  private end = 0;

  private constructor(
    private readonly path: string,
    private readonly descriptor: number,
    windows: number,
    private readonly single: boolean,
  ) {
    const width = single ? 12 : 16;
    this.capacity = Math.max(MIN_ENTRIES, Math.min(MAX_ENTRIES, Math.floor(HELD_BYTES / width / windows / 2) * 2));
    this.buckets = Array.from({ length: windows }, () => bucket(this.capacity, single));
  }

  /**
   * @param folder folder of the file; default the temporary folder of the system
   * @param windows number of windows
   * @param single whether to store values in single precision
   * @throws FileAccessError
   */
  static create(folder: string | undefined, windows: number, single: boolean): Spill {
    const path = join(folder ?? tmpdir(), `geneformer-io-${randomUUID()}.spill`);
    return guarded(path, () => {
      const descriptor = openSync(path, 'wx+', 0o600);
      if (process.platform !== 'win32') rmSync(path);
      return new Spill(path, descriptor, windows, single);
    });
  }

  /** Adds each entry to the window `windowOf[row]`. Entries with a negative window are dropped. */
  add({ length, rows, cols, values }: Entries, windowOf: Int32Array): void {
    for (let i = 0; i < length; i++) {
      const row = rows[i];
      const window = windowOf[row];
      if (window < 0) continue;
      const bucket = this.buckets[window];
      const k = bucket.filled++;
      bucket.rows[k] = row;
      bucket.cols[k] = cols[i]!;
      bucket.values[k] = values[i]!;
      if (bucket.filled === this.capacity) this.flush(bucket);
    }
  }

  /** Copies the entries of a window to `target`, whose `indptr` is already set. */
  fill(window: number, target: CsrBlock): void {
    const source = this.buckets[window];
    const next = target.indptr.slice();
    scatter(source, source.filled, target, next);
    const segment = bucket(this.capacity, this.single);
    for (const { position, entries } of source.segments) {
      guarded(this.path, () => readFully(this.descriptor, segment.bytes, position));
      scatter(segment, entries, target, next);
    }
  }

  close(): void {
    closeSync(this.descriptor);
    if (process.platform === 'win32') rmSync(this.path, { force: true });
  }

  private flush(bucket: Bucket): void {
    guarded(this.path, () => {
      for (let done = 0; done < bucket.bytes.length;) {
        done += writeSync(this.descriptor, bucket.bytes, done, bucket.bytes.length - done, this.end + done);
      }
    });
    bucket.segments.push({ position: this.end, entries: bucket.filled });
    this.end += bucket.bytes.length;
    bucket.filled = 0;
  }
}

function bucket(capacity: number, single: boolean): Bucket {
  const bytes = new Uint8Array(capacity * (single ? 12 : 16));
  const { buffer } = bytes;
  // Values first, because doubles must be aligned to eight bytes.
  const values = single ? new Float32Array(buffer, 0, capacity) : new Float64Array(buffer, 0, capacity);
  const rows = new Int32Array(buffer, values.byteLength, capacity);
  const cols = new Int32Array(buffer, values.byteLength + rows.byteLength, capacity);
  return { bytes, rows, cols, values, filled: 0, segments: [] };
}

function scatter(from: Bucket, count: number, target: CsrBlock, next: Int32Array): void {
  const { rows, cols, values } = from;
  const { indices, data, rowStart } = target;
  for (let i = 0; i < count; i++) {
    const k = next[rows[i] - rowStart]++;
    indices[k] = cols[i]!;
    data[k] = values[i]!;
  }
}

function readFully(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    const count = readSync(descriptor, bytes, done, bytes.length - done, position + done);
    if (count === 0) throw new RangeError('the temporary file became shorter');
    done += count;
  }
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw fileError(path, cause);
  }
}
