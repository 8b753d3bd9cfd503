import { FieldMissingError, FileAccessError, FormatError, listSome, UnsupportedError } from '@geneformer-ts/core';
import { HEAD_BYTES } from '@geneformer-ts/core/node';
import type { Metadata, OutputData } from 'h5wasm/node';
import { resolve } from 'node:path';
import { firstBytes } from '../../base/bytes.js';
import { isBoolean, notRead } from './column.js';
import type { LibraryCalls } from './direct.js';
import { openGuarded } from './guarded.js';
import { hasExternalStorage, isIeeeHalf } from './layout.js';
import { otherFileOf } from './library.js';
import type { NumberReader, NumericArray } from './numbers.js';
import { RawFile } from './raw-file.js';
import { openRaw, readRawStrings } from './raw-reader.js';

/**
 * Filters that are read, by their registered numbers: those of the HDF5 library itself, then the plug-ins bzip2, lzf, blosc,
 * lz4, bitshuffle, zfp, zstd and blosc2.
 */
const KNOWN_FILTERS = new Set([1, 2, 3, 4, 5, 6, 307, 32000, 32001, 32004, 32008, 32013, 32015, 32026]);

const LZF = 32000;

const H5T = { integer: 0, float: 1, string: 3, compound: 6, reference: 7, enumeration: 8 } as const;

/** The classes of types by their numbers, in words. */
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

/** How HDF5 files are packed as a whole: first bytes, name and the way to unpack them. */
const PACKED: [signature: number[], name: string, remedy: string][] = [
  [[0x1f, 0x8b], 'packed with gzip', 'gunzip FILE'],
  [[0x50, 0x4b, 3, 4], 'a zip archive', 'unzip FILE'],
  [[0x42, 0x5a, 0x68], 'packed with bzip2', 'bunzip2 FILE'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'packed with xz', 'unxz FILE'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'packed with zstd', 'unzstd FILE'],
];

/** What a dataset holds, as far as this package tells types apart. */
export type DatasetKind = 'number' | 'string' | 'boolean' | 'compound' | 'reference' | 'other';

/**
 * An HDF5 file open for reading. Paths inside it are written without a leading slash (`obs/cell_type`); every method
 * throws this package's errors with the file and that path in them.
 */
export class HdfFile {
  private closed = false;
  private raw: RawFile | undefined;
  private rawTried = false;
  /** Datasets that are known to take nothing from other files. */
  private readonly inside = new Set<string>();

  private constructor(
    readonly path: string,
    private readonly library: LibraryCalls,
  ) {}

  /** @throws FileMissingError, FileAccessError, FormatError when it is not HDF5 or is cut short */
  static async open(path: string): Promise<HdfFile> {
    const head = await firstBytes(path, HEAD_BYTES);
    if (head.length === 0) throw new FormatError(path, 'file', 'is empty', 'download or write it again');
    const packed = PACKED.find(([signature]) => signature.every((byte, i) => head[i] === byte));
    if (packed) throw new FormatError(path, 'file', `is ${packed[1]}, not HDF5`, `unpack it first: ${packed[2]}`);
    try {
      return new HdfFile(path, await openGuarded(resolve(path)));
    } catch (cause) {
      throw new FormatError(
        path,
        'file',
        `cannot be opened as HDF5 (${(cause as Error).message})`,
        'check that it is HDF5 and was copied whole',
        { cause },
      );
    }
  }

  /** Closing twice is allowed. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.raw?.close();
    this.library.close();
  }

  /** A reader of numbers that goes past the library, for the common layouts; see `openNumbers`. */
  rawReader(path: string): NumberReader | undefined {
    const metadata = this.metadata(path);
    if (metadata.type === H5T.float) this.checkReadable(path);
    const file = this.rawFile();
    return file && openRaw(file, metadata, { path, ...this.rawFacts(path) });
  }

  /** Names inside a group, sorted; none when it is absent. */
  keys(group: string): string[] {
    if (this.kind(group) !== 'group') return [];
    return this.run(group, () => this.library.keys(group)).sort();
  }

  /**
   * What lies at a path; undefined for nothing, and for a soft link that leads nowhere.
   * @throws UnsupportedError for a link that leads to another file or is of no kind that the library knows
   */
  kind(path: string): 'group' | 'dataset' | undefined {
    const kind = this.run(path, () => this.library.kind(path));
    if (kind === 'user-defined link') throw this.outside(path, 'a user-defined link');
    return kind === 'group' || kind === 'dataset' ? kind : undefined;
  }

  /** The value of an attribute, or undefined when there is none. */
  attribute(path: string, name: string): OutputData | undefined {
    return this.run(`${path}@${name}`, () => this.library.attribute(path, name));
  }

  /** An attribute that is one string, or undefined. */
  textAttribute(path: string, name: string): string | undefined {
    const value = this.attribute(path, name);
    return typeof value === 'string' ? value : undefined;
  }

  /** @throws FieldMissingError when there is no dataset, UnsupportedError when its data lie in other files */
  metadata(path: string): Metadata {
    this.checkDataset(path);
    const metadata = this.run(path, () => this.library.metadata(path));
    this.checkInside(path, metadata);
    return metadata;
  }

  /** The dimensions of a dataset. @throws FormatError for one without data space */
  shape(path: string): number[] {
    const { shape } = this.metadata(path);
    if (!shape) throw new FormatError(this.path, path, 'holds no data', 'write the file again');
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

  /** What the values of a dataset are, in words for a message. */
  typeName(path: string): string {
    return TYPE_NAMES[this.metadata(path).type] ?? 'an unknown type';
  }

  /**
   * Reads a range of the first dimension (all of the others), or everything.
   * @throws UnsupportedError for a compression filter that is not known, FormatError for damaged data
   */
  read(path: string, start?: number, end?: number): OutputData {
    this.checkReadable(path);
    const value = this.run(path, () =>
      start === undefined || end === undefined ? this.library.value(path) : this.library.slice(path, [[start, end]]),
    );
    if (value === null) throw new FormatError(this.path, path, 'holds no data', 'write the file again');
    return value;
  }

  /** Reads columns `from` to `to` of a matrix of numbers, row after row. */
  readColumns(path: string, from: number, to: number): NumericArray {
    this.checkReadable(path);
    const value = this.run(path, () => this.library.slice(path, [[], [from, to]]));
    if (ArrayBuffer.isView(value)) return value as NumericArray;
    throw new FormatError(this.path, path, 'should hold numbers', 'write the file again');
  }

  /** Reads numbers (enumerations as their codes) in the type they are stored in. */
  readNumbers(path: string, start?: number, end?: number): NumericArray {
    const value = this.read(path, start, end);
    if (ArrayBuffer.isView(value)) return value as NumericArray;
    if (typeof value === 'number') return Float64Array.of(value);
    if (typeof value === 'bigint') return BigInt64Array.of(value);
    throw new FormatError(this.path, path, 'should hold numbers', 'write the file again with a current anndata');
  }

  readStrings(path: string): string[] {
    const value = this.readPackedStrings(path) ?? this.read(path);
    if (typeof value === 'string') return [value];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw new FormatError(this.path, path, 'should hold text', 'write the file again with a current anndata');
  }

  /**
   * h5py does not tell the lzf plug-in the size of a chunk of variable-length text, and the plug-in's way of finding out
   * calls what the WebAssembly build lacks: so such text is read without it.
   */
  private readPackedStrings(path: string): string[] | undefined {
    const { vlen, shape } = this.metadata(path);
    const file = vlen && shape?.length === 1 ? this.rawFile() : undefined;
    if (!file) return undefined;
    const facts = this.rawFacts(path);
    if (!facts.filters.includes(LZF)) return undefined;
    return readRawStrings(file, { path, length: shape![0], ...facts });
  }

  private rawFacts(path: string): { address: number; filters: number[] } {
    return this.run(path, () => ({
      address: this.library.address(path),
      filters: this.library.filters(path).map(({ id }) => id),
    }));
  }

  private rawFile(): RawFile | undefined {
    if (this.closed) throw new FileAccessError(this.path, 'was closed; open it again before reading');
    if (!this.rawTried) this.raw = RawFile.open(this.path);
    this.rawTried = true;
    return this.raw;
  }

  /** @throws FieldMissingError when no dataset lies at the path */
  private checkDataset(path: string): void {
    if (this.kind(path) === 'dataset') return;
    const kind = this.run(path, () => this.library.kind(path));
    if (kind === 'broken link') {
      throw new FormatError(this.path, path, 'is a soft link that leads nowhere', 'write the file again without it');
    }
    if (kind === 'named type') throw notRead(this, path, 'a named type');
    const cut = path.lastIndexOf('/');
    throw new FieldMissingError(
      this.path,
      `dataset '${path}'`,
      this.keys(cut < 0 ? '' : path.slice(0, cut)),
      'write the file again with a current anndata',
    );
  }

  /**
   * The library is kept from opening other files (`attempt`); this names what would need them before anything is read,
   * and refuses virtual datasets of the file itself too.
   */
  private checkInside(path: string, { virtual_sources: sources }: Metadata): void {
    if (this.inside.has(path)) return;
    if (sources) {
      const files = [...new Set(sources.map((source) => `'${source.file_name}'`))];
      throw this.outside(path, `a virtual dataset${files.length ? ` (data in ${listSome(files)})` : ''}`);
    }
    const file = this.rawFile();
    const address = file && this.run(path, () => this.library.address(path));
    if (file && address !== undefined && hasExternalStorage(file, address)) {
      throw this.outside(path, 'external storage (data in another file)');
    }
    this.inside.add(path);
  }

  private outside(path: string, what: string, options?: { cause?: unknown }): UnsupportedError {
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

  /** Where the header of a group or dataset lies, which tells whether two paths lead to one thing. */
  address(path: string): number {
    return this.run(path, () => this.library.address(path));
  }

  /** Whether two-byte numbers are half precision (IEEE 754) and not another format, such as bfloat16. */
  private isHalf(path: string): boolean {
    const file = this.rawFile();
    return file !== undefined && isIeeeHalf(file, this.rawFacts(path).address);
  }

  private checkFilters(path: string): void {
    const filters = this.run(path, () => this.library.filters(path));
    // Without its parameters the lzf plug-in would end the library; see `readPackedStrings`.
    const foreign = filters.find(
      ({ id, cd_values: values }) => !KNOWN_FILTERS.has(id) || (id === LZF && !values.length),
    );
    if (!foreign) return;
    throw new UnsupportedError(
      this.path,
      path,
      `compression '${foreign.name || foreign.id}'`,
      "rewrite the file with gzip: anndata.read_h5ad(file).write_h5ad(copy, compression='gzip')",
    );
  }

  private run<T>(path: string, call: () => T): T {
    if (this.closed) throw new FileAccessError(this.path, 'was closed; open it again before reading');
    try {
      return call();
    } catch (cause) {
      const other = otherFileOf((cause as Error).message);
      if (other !== undefined) throw this.outside(path, `a link to another file ('${other}')`, { cause });
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
