import { messageOf } from '@geneformer-ts/core';
import h5wasm, { BrokenSoftLink, type Dataset, type Metadata, type OutputData } from '#h5wasm';
import { widenFloat16 } from '../../base/half-precision.js';
import { H5T } from './dataset-type.js';
import { attempt, loadHdf5 } from './library.js';

/** A filter of a dataset, as described by the library. */
export interface FilterDescription {
  id: number;
  name: string;
  cd_values: number[];
}

/** Kind of the target of a name. A link to another file has no kind; resolving it fails. */
export type EntryKind = 'group' | 'dataset' | 'broken link' | 'named type' | 'user-defined link';

/**
 * Calls into the HDF5 library for one open file. Arguments and results are plain values, so that calls can be sent to another
 * thread. All methods except `close` throw an Error with the library's reason when they fail.
 */
export interface LibraryCalls {
  /** Returns the kind of a path. Resolves it name by name, because a path with a missing parent is an error in the library. */
  kind(path: string): EntryKind | undefined;
  /** Returns the names inside a group. */
  keys(path: string): string[];
  /** Returns the value of an attribute of a group or dataset, or undefined. */
  attribute(path: string, name: string): OutputData | undefined;
  metadata(path: string): Metadata;
  filters(path: string): FilterDescription[];
  /** Returns the position of the header of a group or dataset in the file. */
  address(path: string): number;
  value(path: string): OutputData | null;
  /** Reads a range per dimension. An empty range is the whole dimension. */
  slice(path: string, ranges: number[][]): OutputData | null;
  close(): void;
}

/** Opens a file with the library in this thread. @throws Hdf5Failure */
export async function openDirect(path: string): Promise<LibraryCalls> {
  await loadHdf5();
  return new DirectCalls(attempt(() => new h5wasm.File(path, 'r'), path));
}

class DirectCalls implements LibraryCalls {
  constructor(private readonly file: InstanceType<typeof h5wasm.File>) {}

  kind(path: string): EntryKind | undefined {
    if (path === '') return 'group';
    const cut = path.lastIndexOf('/');
    const parent = this.kind(cut < 0 ? '' : path.slice(0, cut));
    if (parent !== 'group') return parent === 'user-defined link' ? parent : undefined;
    const entity = this.follow(path);
    if (typeof entity === 'string') return entity;
    if (entity instanceof h5wasm.Group) return 'group';
    if (entity instanceof h5wasm.Dataset) return 'dataset';
    if (entity instanceof BrokenSoftLink) return 'broken link';
    return entity instanceof h5wasm.Datatype ? 'named type' : undefined;
  }

  /** Resolves a path. User-defined and circular links are recognized only by the library's reason for its failure. */
  private follow(path: string): ReturnType<typeof this.file.get> | EntryKind {
    try {
      return attempt(() => this.file.get(path));
    } catch (cause) {
      const reason = messageOf(cause);
      if (reason === 'unable to find link class') return 'user-defined link';
      if (reason === 'too many links') return 'broken link';
      throw cause;
    }
  }

  keys(path: string): string[] {
    return attempt(() => (this.entity(path) as typeof this.file).keys());
  }

  attribute(path: string, name: string): OutputData | undefined {
    return attempt(() => {
      const entity = this.entity(path);
      if (!(entity instanceof h5wasm.Group || entity instanceof h5wasm.Dataset)) return undefined;
      return entity.attrs[name]?.value ?? undefined;
    });
  }

  metadata(path: string): Metadata {
    return attempt(() => this.dataset(path).metadata);
  }

  filters(path: string): FilterDescription[] {
    return attempt(() => this.dataset(path).filters);
  }

  /** An object reference is the address of the object's header. */
  address(path: string): number {
    const reference = attempt(() => Uint8Array.from((this.entity(path) as Dataset).create_reference().ref_data));
    return Number(new DataView(reference.buffer).getBigUint64(0, true));
  }

  value(path: string): OutputData | null {
    return attempt(() => readHalf(this.dataset(path), (dataset) => dataset.value));
  }

  slice(path: string, ranges: number[][]): OutputData | null {
    return attempt(() => readHalf(this.dataset(path), (dataset) => dataset.slice(ranges as [number, number][])));
  }

  close(): void {
    attempt(() => this.file.close());
  }

  private entity(path: string): ReturnType<typeof this.file.get> {
    return path === '' ? this.file : this.file.get(path);
  }

  private dataset(path: string): Dataset {
    return this.file.get(path) as Dataset;
  }
}

/** Reads half precision as 16-bit integers and converts it to single precision, because the library cannot read it. */
function readHalf(dataset: Dataset, read: (dataset: Dataset) => OutputData | null): OutputData | null {
  const { metadata } = dataset;
  if (metadata.type !== H5T.float || metadata.size !== 2) return read(dataset);
  // The dataset caches its metadata and uses them for reading.
  Object.assign(dataset, { _metadata: { ...metadata, type: H5T.integer, signed: false } });
  const bits = read(dataset);
  return bits instanceof Uint16Array
    ? widenFloat16(bits)
    : bits === null
      ? null
      : widenFloat16(Uint16Array.of(Number(bits)));
}
