import type { ElementWriter, GrowingList } from '../element-writer.js';
import type { NumericArray } from '../numbers.js';
import { FileAccessError, messageOf } from '@geneformer-ts/core';
import { DISK_FULL } from '@geneformer-ts/core/node';
import h5wasm, { type Dataset, type Group } from '#h5wasm';
import { resolve, stat } from '@geneformer-ts/core/system';
import { BOOLEAN_PLACEHOLDER, writeBooleanTypes } from './boolean.js';
import { attemptAtEpoch, loadHdf5 } from './library.js';

/** Elements per chunk: 256 KB of 4-byte values, which suits both random access and compression. */
const CHUNK = 1 << 16;
/** Number of chunks per write. */
const CHUNKS_PER_WRITE = 8;

const DTYPES = {
  Int8Array: '<b',
  Uint8Array: '<B',
  Int16Array: '<h',
  Uint16Array: '<H',
  Int32Array: '<i',
  Uint32Array: '<I',
  BigInt64Array: '<q',
  BigUint64Array: '<Q',
  Float32Array: '<f',
  Float64Array: '<d',
};

/** Values of a matrix of numbers per write: 8 MB in double precision. */
const PANEL = 1 << 20;

/**
 * An HDF5 file being written. Paths have no leading slash, and their parents must exist. New objects have the oldest format
 * of the library, which every reader of the last twenty years supports.
 */
export class HdfWriter implements ElementWriter {
  /** Number of types of booleans to write in the end. */
  private booleanTypes = 0;
  private open = true;

  private constructor(
    private readonly path: string,
    private readonly named: string,
    private readonly file: InstanceType<typeof h5wasm.File>,
    private readonly level: number,
    /** Position from which on the file has new objects. */
    private readonly from: number,
  ) {}

  /**
   * @param level gzip level of arrays, 0 (none) to 9
   * @param named path for error messages, if `path` is a temporary file
   */
  static async create(path: string, level: number, named = path): Promise<HdfWriter> {
    await loadHdf5();
    const whole = resolve(path);
    try {
      const file = attemptAtEpoch(() => new h5wasm.File(whole, 'w', { libver: ['earliest', 'v110'] }), whole);
      return new HdfWriter(path, named, file, level, 0);
    } catch (cause) {
      throw accessError(named, 'created', cause);
    }
  }

  /**
   * Opens an existing file to add to it. The file is changed in place, so it must be a copy.
   *
   * @param level gzip level of new arrays
   * @param named path for error messages
   */
  static async amend(path: string, level: number, named = path): Promise<HdfWriter> {
    await loadHdf5();
    const whole = resolve(path);
    const { size } = await stat(path);
    try {
      const file = attemptAtEpoch(() => new h5wasm.File(whole, 'a', { libver: ['earliest', 'latest'] }), whole);
      return new HdfWriter(path, named, file, level, size);
    } catch (cause) {
      throw accessError(named, 'written', cause);
    }
  }

  group(path: string): void {
    this.run(() => this.file.create_group(path));
  }

  textAttribute(path: string, name: string, value: string): void {
    this.run(() => this.entity(path).create_attribute(name, value));
  }

  booleanAttribute(path: string, name: string, value: boolean): void {
    this.booleanTypes++;
    const data = new Map([[BOOLEAN_PLACEHOLDER, Int8Array.of(value ? 1 : 0)]]);
    this.run(() => this.entity(path).create_attribute(name, data, [], [[BOOLEAN_PLACEHOLDER, '<b']]));
  }

  deleteAttribute(path: string, name: string): void {
    this.run(() => this.entity(path).delete_attribute(name));
  }

  numbersAttribute(path: string, name: string, values: NumericArray): void {
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

  /** Writes a number as float64, or a bigint as int64. */
  number(path: string, value: number | bigint): void {
    const data = typeof value === 'bigint' ? BigInt64Array.of(value) : Float64Array.of(value);
    this.run(() => this.parent(path).create_dataset({ name: leaf(path), data, shape: [], dtype: dtypeOf(data) }));
  }

  numbers(path: string, values: NumericArray): void {
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

  /** Writes a matrix of numbers, without compression: it saves little for coordinates. */
  matrix(path: string, rows: number, cols: number, data: NumericArray): void {
    const step = Math.max(1, Math.floor(PANEL / Math.max(1, cols)));
    const whole = rows <= step;
    const create = { name: leaf(path), dtype: dtypeOf(data) };
    if (whole) {
      this.run(() => this.parent(path).create_dataset({ ...create, data, shape: [rows, cols] }));
      return;
    }
    const first = data.subarray(0, step * cols);
    const shapes = { shape: [step, cols], maxshape: [null, cols], chunks: [step, cols] };
    this.run(() => this.parent(path).create_dataset({ ...create, data: first, ...shapes }));
    this.run(() => (this.file.get(path) as Dataset).resize([rows, cols]));
    for (let row = step; row < rows; row += step) {
      const to = Math.min(rows, row + step);
      const panel = data.subarray(row * cols, to * cols);
      this.run(() => (this.file.get(path) as Dataset).write_slice([[row, to], []], panel));
    }
  }

  /** @param shape default a list; `[]` for one value */
  booleans(path: string, values: readonly boolean[], shape: number[] = [values.length]): void {
    this.booleanTypes++;
    const bytes = Int8Array.from(values, Number);
    this.run(() =>
      this.parent(path).create_dataset({
        name: leaf(path),
        data: new Map([[BOOLEAN_PLACEHOLDER, bytes]]),
        shape,
        dtype: [[BOOLEAN_PLACEHOLDER, '<b']],
      }),
    );
  }

  /** Creates a dataset that can be appended to. Call `finish` on it at the end. */
  growing(path: string, sample: NumericArray): GrowingDataset {
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
    if (this.booleanTypes > 0) await writeBooleanTypes(this.path, this.from, this.booleanTypes);
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
      // Without a path, so that a link cannot make the library open another file.
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
export class GrowingDataset implements GrowingList {
  private readonly held: NumericArray;
  private filled = 0;
  private written = 0;

  constructor(
    sample: NumericArray,
    capacity: number,
    private readonly write: (values: NumericArray, at: number) => void,
  ) {
    this.held = new (sample.constructor as new (length: number) => NumericArray)(capacity);
  }

  append(values: NumericArray): void {
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

function dtypeOf(values: NumericArray): string {
  return DTYPES[values.constructor.name as keyof typeof DTYPES];
}
