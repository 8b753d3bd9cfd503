import { FieldMissingError, FileAccessError, FormatError, listSome, UnsupportedError } from '@geneformer-ts/core';
import { sep } from '@geneformer-ts/core/system';
import type { Metadata, OutputData } from 'h5wasm/node';
import { PLUGINS } from '#hdf5-disk';
import type { SyncFile } from '../../base/sync-file.js';
import { unsupportedColumn } from '../encoding/column.js';
import type { DatasetKind } from '../container.js';
import { H5T, kindOf, typeNameOf } from './dataset-type.js';
import type { LibraryCalls } from './direct.js';
import { hasExternalStorage, isIeeeHalf } from './layout.js';
import { otherFileOf } from './library.js';
import { RawFile } from './raw-file.js';

/** Registered numbers of the supported filters: those of the HDF5 library, and its plugins, of which a browser has none. */
const KNOWN_FILTERS = new Set([1, 2, 3, 4, 5, 6, ...PLUGINS]);

/** The filter of h5py that the library does not have. */
export const LZF = 32000;

/**
 * Groups, attributes and descriptions of datasets of an open HDF5 file, and what is refused before data are read: links and data
 * that leave the file, unknown filters and types. {@link HdfFile} reads the data.
 */
export class HdfObjects {
  protected closed = false;
  private readonly raw: RawFile | undefined;
  /** Datasets whose data are known to be inside this file. */
  private readonly selfContained = new Set<string>();

  protected constructor(
    /** Path, file name or URL, for messages. */
    readonly path: string,
    protected readonly library: LibraryCalls,
    protected readonly bytes: SyncFile,
    /** Folder of a temporary copy, in which the library looks for files that links name. It means nothing to the caller. */
    private readonly copyFolder?: string,
  ) {
    this.raw = RawFile.over(path, bytes);
  }

  /** Version of the file on disk. See `fileVersion` of core. */
  get version(): string {
    return this.bytes.version!;
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

  /** Returns the dimensions of a dataset; undefined for one without data. @throws FieldMissingError */
  dimensions(path: string): number[] | undefined {
    return this.metadata(path).shape ?? undefined;
  }

  /** Returns the number of rows per chunk. */
  chunkRows(path: string): number {
    return this.metadata(path).chunks?.[0] ?? 1;
  }

  /** Returns the names of the values of a dataset, if they have names. */
  enumeration(path: string): Record<string, number> | undefined {
    return this.metadata(path).enum_type?.members;
  }

  /** Returns the kind of the values of a dataset. */
  datasetKind(path: string): DatasetKind {
    return kindOf(this.metadata(path));
  }

  /** Returns the type of the values of a dataset in words, for messages. */
  typeName(path: string): string {
    return typeNameOf(this.metadata(path));
  }

  /** Returns the position of the header of a group or dataset, which is equal for two paths to the same object. */
  address(path: string): number {
    return this.run(path, () => this.library.address(path));
  }

  protected storageFacts(path: string): { address: number; filters: number[] } {
    return this.run(path, () => ({
      address: this.library.address(path),
      filters: this.library.filters(path).map(({ id }) => id),
    }));
  }

  protected rawFile(): RawFile | undefined {
    if (this.closed) throw new FileAccessError(this.path, 'was closed; open it again before reading');
    return this.raw;
  }

  /** @throws UnsupportedError for a type or a compression that the library does not read */
  protected checkReadable(path: string): void {
    this.checkNumbers(path);
    this.checkFilters(path);
  }

  /** @throws UnsupportedError for numbers of an unusual size */
  protected checkNumbers(path: string): void {
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

  protected run<T>(path: string, call: () => T): T {
    if (this.closed) throw new FileAccessError(this.path, 'was closed; open it again before reading');
    try {
      return call();
    } catch (cause) {
      // Damage is not the cause if another program writes the file.
      this.bytes.checkUnchanged();
      const other = otherFileOf((cause as Error).message);
      if (other !== undefined) {
        const prefix = `${this.copyFolder}${sep}`;
        const named = other.startsWith(prefix) ? other.slice(prefix.length) : other;
        throw this.external(path, `a link to another file ('${named}')`, { cause });
      }
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
