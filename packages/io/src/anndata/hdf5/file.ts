import { FormatError, isGeneformerError } from '@geneformer-ts/core';
import { checkFileVersion } from '@geneformer-ts/core/node';
import type { Metadata, OutputData } from 'h5wasm/node';
import { dirname, resolve } from '@geneformer-ts/core/system';
import { changed } from '../../base/input.js';
import { openSyncFile, type SyncFile } from '../../base/sync-file.js';
import { H5T, memberKind } from './dataset-type.js';
import type { LibraryCalls } from './direct.js';
import { type DiskFile, type HdfInput, toDisk } from './disk-copy.js';
import { openGuarded } from './guarded.js';
import { LibraryReader } from './library-reader.js';
import type { Container, Records } from '../container.js';
import type { NumericArray, SyncNumberReader } from '../numbers.js';
import { HdfObjects, LZF } from './objects.js';
import { openRaw, readRawStrings } from './raw-reader.js';

/**
 * An HDF5 file open for reading. Paths inside it have no leading slash (`obs/cell_type`). Every method throws errors of this
 * package that name the file and the path.
 */
export class HdfFile extends HdfObjects implements Container {
  private constructor(
    private readonly disk: DiskFile,
    library: LibraryCalls,
    bytes: SyncFile,
  ) {
    super(disk.name, library, bytes, disk.path === disk.name ? undefined : dirname(resolve(disk.path)));
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
  static async openAs<T>(input: HdfInput, describe: (file: HdfFile) => Promise<T>, version?: string): Promise<T> {
    const file = await HdfFile.open(input, version);
    try {
      return await describe(file);
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

  /** Returns the fastest reader of a list of numbers: directly from the file for common layouts, else through the library. */
  numbers(path: string): SyncNumberReader {
    return this.rawReader(path) ?? new LibraryReader(this, path);
  }

  /** Returns a reader of numbers that bypasses the library, for common layouts. */
  rawReader(path: string): SyncNumberReader | undefined {
    const metadata = this.metadata(path);
    if (metadata.type === H5T.float) this.checkNumbers(path);
    return this.openRaw(path, metadata);
  }

  private openRaw(path: string, metadata: Metadata): SyncNumberReader | undefined {
    const file = this.rawFile();
    return file && openRaw(file, metadata, { path, ...this.storageFacts(path) });
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
    const value = this.readLzfNumbers(path, start, end) ?? this.read(path, start, end);
    if (ArrayBuffer.isView(value)) return value as NumericArray;
    if (typeof value === 'number') return Float64Array.of(value);
    if (typeof value === 'bigint') return BigInt64Array.of(value);
    throw new FormatError(this.path, path, 'should contain numbers', 'write the file again with a current anndata');
  }

  /** Reads a dataset of records. @throws FormatError for other datasets */
  records(path: string): Records {
    const members = this.metadata(path).compound_type?.members;
    if (!members) {
      const remedy = 'write the file again with a current anndata';
      throw new FormatError(this.path, path, 'should be a group or a table of records', remedy);
    }
    return {
      members: members.map((member) => ({ name: member.name, kind: memberKind(member) })),
      rows: this.read(path) as OutputData[][],
    };
  }

  readStrings(path: string): string[] {
    const value = this.readLzfStrings(path) ?? this.read(path);
    if (typeof value === 'string') return [value];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw new FormatError(this.path, path, 'should contain strings', 'write the file again with a current anndata');
  }

  /** Reads a list of numbers or of an enumeration compressed with lzf, for which a browser has no plugin, without the library. */
  private readLzfNumbers(path: string, start = 0, end?: number): NumericArray | undefined {
    const metadata = this.metadata(path);
    if (!this.storageFacts(path).filters.includes(LZF)) return undefined;
    const isNamed = metadata.type === H5T.enumeration;
    const reader = isNamed ? this.openRaw(path, { ...metadata, type: H5T.integer }) : this.rawReader(path);
    return reader?.read(start, Math.min(end ?? reader.length, reader.length));
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

  /**
   * Checks that the path still names the file that was opened, in the same state.
   *
   * @throws FileAccessError
   */
  checkCurrent(): void {
    checkFileVersion(this.diskPath, this.version);
  }
}
