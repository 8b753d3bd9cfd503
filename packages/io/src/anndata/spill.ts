import { createScratchFile, type ScratchFile } from './scratch-file.js';
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
 * Entries of a matrix in a temporary file, sorted into windows of rows.
 */
export class Spill {
  private readonly buckets: Bucket[];
  private readonly capacity: number;
  private end = 0;

  private constructor(
    private readonly file: ScratchFile,
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
  static async create(folder: string | undefined, windows: number, single: boolean): Promise<Spill> {
    return new Spill(await createScratchFile(folder), windows, single);
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
      this.file.read(segment.bytes, position);
      scatter(segment, entries, target, next);
    }
  }

  close(): void {
    this.file.close();
  }

  private flush(bucket: Bucket): void {
    this.file.write(bucket.bytes, this.end);
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
