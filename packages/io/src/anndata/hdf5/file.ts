import {
  FieldMissingError,
  FileAccessError,
  FormatError,
  HEAD_BYTES,
  isGeneformerError,
  listSome,
  UnsupportedError,
} from '@geneformer-ts/core';
import { checkFileVersion } from '@geneformer-ts/core/node';
import type { Metadata, OutputData } from 'h5wasm/node';
import { resolve } from 'node:path';
import { firstBytes } from '../../base/bytes.js';
import { changed, type FileInput, withInput } from '../../base/input.js';
import { openSyncFile, type SyncFile } from '../../base/sync-file.js';
import { isBoolean, unsupportedColumn } from './column.js';
import type { LibraryCalls } from './direct.js';
import { copyToDisk, type DiskFile } from './disk-copy.js';
import { openGuarded } from './guarded.js';
import { hasExternalStorage, isIeeeHalf } from './layout.js';
import { otherFileOf } from './library.js';
import type { NumberReader, NumericArray } from './numbers.js';
import { RawFile } from './raw-file.js';
import { openRaw, readRawStrings } from './raw-reader.js';

/**
 * Registered numbers of the supported filters: those of the HDF5 library, and the plugins bzip2, lzf, blosc, lz4, bitshuffle,
 * zfp, zstd and blosc2.
 */
const KNOWN_FILTERS = new Set([1, 2, 3, 4, 5, 6, 307, 32000, 32001, 32004, 32008, 32013, 32015, 32026]);

const LZF = 32000;

const H5T = { integer: 0, float: 1, string: 3, compound: 6, reference: 7, enumeration: 8 } as const;

/** Names of the type classes by number, for messages. */
const TYPE_NAMES: Record<number, string> = {
  0: 'integers',
  1: 'floating-point numbers',
  2: 'times',
  3: 'text',
  4: 'bit fields',
  5: 'opaque bytes',
  6: 'records or complex numbers',
  7: 'references',
  8: 'named values',
  9: 'lists',
  10: 'arrays',
  11: 'complex numbers',
};

/** Formats in which a whole HDF5 file may be compressed: first bytes, name, and command to decompress it. */
const COMPRESSED: [signature: number[], name: string, remedy: string][] = [
  [[0x1f, 0x8b], 'compressed with gzip', 'gunzip FILE'],
  [[0x50, 0x4b, 3, 4], 'a zip archive', 'unzip FILE'],
  [[0x42, 0x5a, 0x68], 'compressed with bzip2', 'bunzip2 FILE'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'compressed with xz', 'unxz FILE'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'compressed with zstd', 'unzstd FILE'],
];

/** Kind of the values of a dataset, as far as this package distinguishes them. */
export type DatasetKind = 'number' | 'string' | 'boolean' | 'compound' | 'reference' | 'other';

/** A path, a source, or a file that `toDisk` returned. */
export type HdfInput = FileInput | DiskFile;

/**
 * Returns the file at a path, or a copy of a source. Checks that it is not empty and not compressed as a whole.
 *
 * @throws FileMissingError; FileAccessError; FormatError
 */
export function toDisk(input: FileInput): Promise<DiskFile> {
  return withInput(input, async (source) => {
    const path = source.name;
    const head = await firstBytes(source, HEAD_BYTES);
    if (head.length === 0) throw new FormatError(path, 'file', 'is empty', 'download or write it again');
    const compressed = COMPRESSED.find(([signature]) => signature.every((byte, i) => head[i] === byte));
    if (compressed) {
      throw new FormatError(path, 'file', `is ${compressed[1]}, not HDF5`, `decompress it first: ${compressed[2]}`);
    }
    return typeof input === 'string' ? { name: path, path, remove: () => undefined } : copyToDisk(source);
  });
}

/**
 * An HDF5 file open for reading. Paths inside it have no leading slash (`obs/cell_type`). Every method throws errors of this
 * package that name the file and the path.
 */
export class HdfFile {
  private closed = false;
  private readonly raw: RawFile | undefined;
  /** Datasets whose data are known to be inside this file. */
  private readonly selfContained = new Set<string>();

  private constructor(
    private readonly disk: DiskFile,
    private readonly library: LibraryCalls,
    private readonly bytes: SyncFile,
  ) {
    this.raw = RawFile.over(disk.name, bytes);
  }

  /** Path, file name or URL, for messages. */
  get path(): string {
    return this.disk.name;
  }

  /** Version of the file on disk. See `fileVersion` of core. */
  get version(): string {
    return this.bytes.version!;
  }

  /** Path of the file on disk, which is a temporary copy if the input was not a path. */
  get diskPath(): string {
    return this.disk.path;
  }

  /**
   * Opens a file. A source is copied to disk until the file is closed.
   *
   * @param version the version that the file must have; default any
   * @throws FileMissingError; FileAccessError, also for another version; FormatError when it is not HDF5 or is incomplete
   */
  static async open(input: HdfInput, version?: string): Promise<HdfFile> {
    const disk = typeof input === 'object' && 'path' in input ? input : await toDisk(input);
    let bytes: SyncFile | undefined;
    let library: LibraryCalls | undefined;
    try {
      bytes = await openSyncFile(disk.path);
      if (version !== undefined && bytes.version !== version) throw changed(disk.name);
      library = await openGuarded(resolve(disk.path));
      // The library opens the path by itself, and another file may have taken its name.
      checkFileVersion(disk.path, bytes.version!);
      return new HdfFile(disk, library, bytes);
    } catch (cause) {
      library?.close();
      bytes?.close();
      disk.remove();
      if (isGeneformerError(cause)) throw cause;
      throw new FormatError(
        disk.name,
        'file',
        `cannot be opened as HDF5 (${(cause as Error).message})`,
        'check that it is a complete HDF5 file',
        { cause },
      );
    }
  }

  /**
   * Opens a file and returns its description, which keeps the file open. Closes the file if `describe` throws.
   *
   * @throws as `open`, and what `describe` throws
   */
  static async openAs<T>(input: HdfInput, describe: (file: HdfFile) => T, version?: string): Promise<T> {
    const file = await HdfFile.open(input, version);
    try {
      return describe(file);
    } catch (cause) {
      file.close();
      throw cause;
    }
  }

  /** Closing twice is allowed. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.bytes.close();
    this.library.close();
    this.disk.remove();
  }

  /** Returns a reader of numbers that bypasses the library, for common layouts. See `openNumbers`. */
  rawReader(path: string): NumberReader | undefined {
    const metadata = this.metadata(path);
    if (metadata.type === H5T.float) this.checkReadable(path);
    const file = this.rawFile();
    return file && openRaw(file, metadata, { path, ...this.storageFacts(path) });
  }

  /** Returns the names inside a group, sorted; empty if the group does not exist. */
  keys(group: string): string[] {
    if (this.kind(group) !== 'group') return [];
    return this.run(group, () => this.library.keys(group)).sort();
  }

  /**
   * Returns the kind of a path; undefined if it does not exist or is a broken soft link.
   *
   * @throws UnsupportedError for a link to another file and for a user-defined link
   */
  kind(path: string): 'group' | 'dataset' | undefined {
    const kind = this.run(path, () => this.library.kind(path));
    if (kind === 'user-defined link') throw this.external(path, 'a user-defined link');
    return kind === 'group' || kind === 'dataset' ? kind : undefined;
  }

  /** Returns the value of an attribute, or undefined. */
  attribute(path: string, name: string): OutputData | undefined {
    return this.run(`${path}@${name}`, () => this.library.attribute(path, name));
  }

  /** Returns the value of an attribute if it is a string, or undefined. */
  textAttribute(path: string, name: string): string | undefined {
    const value = this.attribute(path, name);
    return typeof value === 'string' ? value : undefined;
  }

  /** @throws FieldMissingError when the dataset is missing; UnsupportedError when its data are in other files */
  metadata(path: string): Metadata {
    this.checkDataset(path);
    const metadata = this.run(path, () => this.library.metadata(path));
    this.checkSelfContained(path, metadata);
    return metadata;
  }

  /** Returns the dimensions of a dataset. @throws FormatError for a dataset without data */
  shape(path: string): number[] {
    const { shape } = this.metadata(path);
    if (!shape) throw new FormatError(this.path, path, 'contains no data', 'write the file again');
    return shape;
  }

  datasetKind(path: string): DatasetKind {
    const { type, enum_type: enumeration } = this.metadata(path);
    if (type === H5T.integer || type === H5T.float) return 'number';
    if (type === H5T.string) return 'string';
    if (type === H5T.enumeration) return enumeration && isBoolean(enumeration.members) ? 'boolean' : 'number';
    if (type === H5T.compound) return 'compound';
    return type === H5T.reference ? 'reference' : 'other';
  }

  /** Returns the type of the values of a dataset in words, for messages. */
  typeName(path: string): string {
    return TYPE_NAMES[this.metadata(path).type] ?? 'an unknown type';
  }

  /**
   * Reads a range of the first dimension, or everything.
   *
   * @throws UnsupportedError for an unknown compression filter; FormatError for damaged data; FileAccessError when another
   *   program writes the file
   */
  read(path: string, start?: number, end?: number): OutputData {
    this.checkReadable(path);
    const value = this.run(path, () =>
      start === undefined || end === undefined ? this.library.value(path) : this.library.slice(path, [[start, end]]),
    );
    this.bytes.checkUnchanged();
    if (value === null) throw new FormatError(this.path, path, 'contains no data', 'write the file again');
    return value;
  }

  /** Reads columns `from` to `to` of a matrix of numbers, in row-major order. */
  readColumns(path: string, from: number, to: number): NumericArray {
    this.checkReadable(path);
    const value = this.run(path, () => this.library.slice(path, [[], [from, to]]));
    this.bytes.checkUnchanged();
    if (ArrayBuffer.isView(value)) return value as NumericArray;
    throw new FormatError(this.path, path, 'should contain numbers', 'write the file again');
  }

  /** Reads numbers, or the codes of an enumeration, in their stored type. */
  readNumbers(path: string, start?: number, end?: number): NumericArray {
    const value = this.read(path, start, end);
    if (ArrayBuffer.isView(value)) return value as NumericArray;
    if (typeof value === 'number') return Float64Array.of(value);
    if (typeof value === 'bigint') return BigInt64Array.of(value);
    throw new FormatError(this.path, path, 'should contain numbers', 'write the file again with a current anndata');
  }

  readStrings(path: string): string[] {
    const value = this.readLzfStrings(path) ?? this.read(path);
    if (typeof value === 'string') return [value];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw new FormatError(this.path, path, 'should contain strings', 'write the file again with a current anndata');
  }

  /**
   * Reads variable-length strings compressed with lzf without the lzf plugin. h5py does not store the chunk size that the
   * plugin needs, and the plugin's fallback calls a function that the WebAssembly build lacks.
   */
  private readLzfStrings(path: string): string[] | undefined {
    const { vlen, shape } = this.metadata(path);
    const file = vlen && shape?.length === 1 ? this.rawFile() : undefined;
    if (!file) return undefined;
    const storage = this.storageFacts(path);
    if (!storage.filters.includes(LZF)) return undefined;
    return readRawStrings(file, { path, length: shape![0], ...storage });
  }

  private storageFacts(path: string): { address: number; filters: number[] } {
    return this.run(path, () => ({
      address: this.library.address(path),
      filters: this.library.filters(path).map(({ id }) => id),
    }));
  }

  private rawFile(): RawFile | undefined {
    if (this.closed) throw new FileAccessError(this.path, 'was closed; open it again before reading');
    return this.raw;
  }

  /** @throws FieldMissingError when the dataset is missing */
  private checkDataset(path: string): void {
    if (this.kind(path) === 'dataset') return;
    const kind = this.run(path, () => this.library.kind(path));
    if (kind === 'broken link') {
      throw new FormatError(this.path, path, 'is a broken soft link', 'write the file again without it');
    }
    if (kind === 'named type') throw unsupportedColumn(this, path, 'a named type');
    const cut = path.lastIndexOf('/');
    throw new FieldMissingError(
      this.path,
      `dataset '${path}'`,
      this.keys(cut < 0 ? '' : path.slice(0, cut)),
      'write the file again with a current anndata',
    );
  }

  /**
   * Rejects datasets whose data are in other files, before anything is read. The library cannot open other files in any case
   * (see `attempt`). Also rejects virtual datasets within the file.
   */
  private checkSelfContained(path: string, { virtual_sources: sources }: Metadata): void {
    if (this.selfContained.has(path)) return;
    if (sources) {
      const files = [...new Set(sources.map((source) => `'${source.file_name}'`))];
      throw this.external(path, `a virtual dataset${files.length ? ` (data in ${listSome(files)})` : ''}`);
    }
    const file = this.rawFile();
    const address = file && this.run(path, () => this.library.address(path));
    if (file && address !== undefined && hasExternalStorage(file, address)) {
      throw this.external(path, 'external storage (data in another file)');
    }
    this.selfContained.add(path);
  }

  private external(path: string, what: string, options?: { cause?: unknown }): UnsupportedError {
    const remedy = 'if you trust the file, load it in Python and write it again as one file';
    return new UnsupportedError(this.path, path || '/', what, remedy, options);
  }

  private checkReadable(path: string): void {
    const { type, size } = this.metadata(path);
    if (type === H5T.float && size !== 4 && size !== 8 && !(size === 2 && this.isHalf(path))) {
      throw new UnsupportedError(
        this.path,
        path,
        `floating-point numbers of ${size * 8} bits`,
        "store them as float32: adata.X = adata.X.astype('float32')",
      );
    }
    if (type === H5T.integer && ![1, 2, 4, 8].includes(size)) {
      throw new UnsupportedError(this.path, path, `integers of ${size} bytes`, 'store them as int32');
    }
    this.checkFilters(path);
  }

  /** Returns the position of the header of a group or dataset, which is equal for two paths to the same object. */
  address(path: string): number {
    return this.run(path, () => this.library.address(path));
  }

  /** Returns whether two-byte numbers are half precision (IEEE 754), not another format such as bfloat16. */
  private isHalf(path: string): boolean {
    const file = this.rawFile();
    return file !== undefined && isIeeeHalf(file, this.storageFacts(path).address);
  }

  private checkFilters(path: string): void {
    const filters = this.run(path, () => this.library.filters(path));
    // Without parameters the lzf plugin would abort the library; see `readLzfStrings`.
    const unknown = filters.find(
      ({ id, cd_values: values }) => !KNOWN_FILTERS.has(id) || (id === LZF && !values.length),
    );
    if (!unknown) return;
    throw new UnsupportedError(
      this.path,
      path,
      `compression '${unknown.name || unknown.id}'`,
      "rewrite the file with gzip: anndata.read_h5ad(file).write_h5ad(copy, compression='gzip')",
    );
  }

  private run<T>(path: string, call: () => T): T {
    if (this.closed) throw new FileAccessError(this.path, 'was closed; open it again before reading');
    try {
      return call();
    } catch (cause) {
      // Damage is not the cause if another program writes the file.
      this.bytes.checkUnchanged();
      const other = otherFileOf((cause as Error).message);
      if (other !== undefined) throw this.external(path, `a link to another file ('${other}')`, { cause });
      throw new FormatError(
        this.path,
        path || '/',
        `cannot be read (${(cause as Error).message})`,
        'the file is damaged or incomplete; download it again',
        { cause },
      );
    }
  }
}
