import { FileAccessError, messageOf } from '@geneformer-ts/core';
import { DISK_FULL } from '@geneformer-ts/core/node';
import h5wasm, { type Dataset, type Group } from 'h5wasm/node';
import { resolve } from 'node:path';
import { BOOLEAN_PLACEHOLDER, writeBooleanTypes } from './boolean.js';
import { attemptAtEpoch, loadHdf5 } from './library.js';

/** Elements per chunk: 256 KB of 4-byte values, which suits both random access and compression. */
const CHUNK = 1 << 16;
/** Number of chunks per write. */
const CHUNKS_PER_WRITE = 8;

const DTYPES = {
  Int8Array: '<b',
  Int16Array: '<h',
  Int32Array: '<i',
  BigInt64Array: '<q',
  Float32Array: '<f',
  Float64Array: '<d',
};

/** Numeric arrays that can be written. */
export type WritableArray = Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

/**
 * An HDF5 file being written. Paths have no leading slash, and their parents must exist. The file has the oldest format of
 * the library, which every reader of the last twenty years supports.
 */
export class HdfWriter {
  private hasBooleans = false;
  private open = true;

  private constructor(
    private readonly path: string,
    private readonly named: string,
    private readonly file: InstanceType<typeof h5wasm.File>,
    private readonly level: number,
  ) {}

  /**
   * @param level gzip level of arrays, 0 (none) to 9
   * @param named path for error messages, if `path` is a temporary file
   */
  static async create(path: string, level: number, named = path): Promise<HdfWriter> {
    await loadHdf5();
    try {
      const file = attemptAtEpoch(() => new h5wasm.File(resolve(path), 'w', { libver: ['earliest', 'v110'] }));
      return new HdfWriter(path, named, file, level);
    } catch (cause) {
      throw accessError(named, 'created', cause);
    }
  }

  group(path: string): void {
    this.run(() => this.file.create_group(path));
  }

  textAttribute(path: string, name: string, value: string): void {
    this.run(() => this.entity(path).create_attribute(name, value));
  }

  booleanAttribute(path: string, name: string, value: boolean): void {
    this.hasBooleans = true;
    const data = new Map([[BOOLEAN_PLACEHOLDER, Int8Array.of(value ? 1 : 0)]]);
    this.run(() => this.entity(path).create_attribute(name, data, [], [[BOOLEAN_PLACEHOLDER, '<b']]));
  }

  numbersAttribute(path: string, name: string, values: WritableArray): void {
    this.run(() => this.entity(path).create_attribute(name, values));
  }

  textsAttribute(path: string, name: string, values: string[]): void {
    this.run(() => this.entity(path).create_attribute(name, values, [values.length], 'S'));
  }

  texts(path: string, values: string[]): void {
    this.run(() =>
      this.parent(path).create_dataset({ name: leaf(path), data: values, shape: [values.length], dtype: 'S' }),
    );
  }

  text(path: string, value: string): void {
    this.run(() => this.parent(path).create_dataset({ name: leaf(path), data: value, shape: [], dtype: 'S' }));
  }

  number(path: string, value: number): void {
    this.run(() => this.parent(path).create_dataset({ name: leaf(path), data: value, shape: [], dtype: '<d' }));
  }

  numbers(path: string, values: WritableArray): void {
    const compressed = this.level > 0 && values.length > 0;
    this.run(() =>
      this.parent(path).create_dataset({
        name: leaf(path),
        data: values,
        shape: [values.length],
        dtype: dtypeOf(values),
        ...(compressed ? { chunks: [Math.min(CHUNK, values.length)], compression: this.level } : {}),
      }),
    );
  }

  booleans(path: string, values: readonly boolean[]): void {
    this.hasBooleans = true;
    const bytes = Int8Array.from(values, Number);
    this.run(() =>
      this.parent(path).create_dataset({
        name: leaf(path),
        data: new Map([[BOOLEAN_PLACEHOLDER, bytes]]),
        shape: [values.length],
        dtype: [[BOOLEAN_PLACEHOLDER, '<b']],
      }),
    );
  }

  /** Creates a dataset that can be appended to. Call `finish` on it at the end. */
  growing(path: string, sample: WritableArray): GrowingDataset {
    this.run(() =>
      this.parent(path).create_dataset({
        name: leaf(path),
        data: sample.slice(0, 0),
        shape: [0],
        maxshape: [null],
        chunks: [CHUNK],
        dtype: dtypeOf(sample),
        ...(this.level > 0 ? { compression: this.level } : {}),
      }),
    );
    return new GrowingDataset(sample, CHUNK * CHUNKS_PER_WRITE, (values, at) =>
      this.run(() => {
        (this.file.get(path) as Dataset).resize([at + values.length]);
        // A new handle, because the old one caches its size, and its `refresh` would keep the file open forever.
        (this.file.get(path) as Dataset).write_slice([[at, at + values.length]], values);
      }),
    );
  }

  /** Closes the file and writes the types of booleans. */
  async finish(): Promise<void> {
    this.close();
    if (this.hasBooleans) await writeBooleanTypes(this.path);
  }

  /** Closes the file without completing it. Closing twice is allowed. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.run(() => this.file.close());
  }

  private entity(path: string): Group {
    return path === '' ? this.file : (this.file.get(path) as Group);
  }

  private parent(path: string): Group {
    return this.entity(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  }

  private run<T>(call: () => T): T {
    try {
      return attemptAtEpoch(call);
    } catch (cause) {
      throw accessError(this.named, 'written', cause);
    }
  }
}

function accessError(path: string, what: 'created' | 'written', cause: unknown): FileAccessError {
  const reason = messageOf(cause);
  const problem = /no space left|quota/i.test(reason) ? DISK_FULL : `cannot be ${what} (${reason})`;
  return new FileAccessError(path, problem, { cause });
}

/** Collects appended values and writes them in whole chunks, so that no chunk is compressed twice. */
export class GrowingDataset {
  private readonly held: WritableArray;
  private filled = 0;
  private written = 0;

  constructor(
    sample: WritableArray,
    capacity: number,
    private readonly write: (values: WritableArray, at: number) => void,
  ) {
    this.held = new (sample.constructor as new (length: number) => WritableArray)(capacity);
  }

  append(values: WritableArray): void {
    for (let from = 0; from < values.length;) {
      const count = Math.min(this.held.length - this.filled, values.length - from);
      // The caller appends arrays of the sample's type, or of a type that converts to it without loss.
      (this.held as Float64Array).set(values.subarray(from, from + count) as Float64Array, this.filled);
      this.filled += count;
      from += count;
      if (this.filled === this.held.length) this.flush();
    }
  }

  finish(): void {
    if (this.filled) this.flush();
  }

  private flush(): void {
    this.write(this.held.subarray(0, this.filled), this.written);
    this.written += this.filled;
    this.filled = 0;
  }
}

function leaf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function dtypeOf(values: WritableArray): string {
  return DTYPES[values.constructor.name as keyof typeof DTYPES];
}
