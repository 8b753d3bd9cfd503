import { messageOf } from '@geneformer-ts/core';
import h5wasm, { BrokenSoftLink, type Dataset, type Metadata, type OutputData } from 'h5wasm/node';
import { widenFloat16 } from '../../base/half-precision.js';
import { attempt, loadHdf5 } from './library.js';

/** A filter of a dataset, as the library tells it. */
export interface FilterFacts {
  id: number;
  name: string;
  cd_values: number[];
}

/** What a name in a file leads to. A link that leads to another file is neither: asking for it fails. */
export type EntryKind = 'group' | 'dataset' | 'broken link' | 'named type' | 'user-defined link';

/**
 * What this package asks of the HDF5 library about one open file. Every call is one question with an answer of plain values,
 * so that it can be put to another thread. All but `close` throw what the library gives as the reason of a failure.
 */
export interface LibraryCalls {
  /** What lies at a path; walks down by names, because asking for a path whose parent is absent is an error. */
  kind(path: string): EntryKind | undefined;
  /** Names inside a group. */
  keys(path: string): string[];
  /** The value of an attribute of a group or dataset, or undefined when there is none. */
  attribute(path: string, name: string): OutputData | undefined;
  metadata(path: string): Metadata;
  filters(path: string): FilterFacts[];
  /** Where in the file the header of a group or dataset lies. */
  address(path: string): number;
  value(path: string): OutputData | null;
  /** Ranges of the dimensions; an empty one is the whole. */
  slice(path: string, ranges: number[][]): OutputData | null;
  close(): void;
}

/** Opens a file with the library of this thread. @throws Hdf5Failure */
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

  /** The library tells links that it cannot follow, and those that run in a circle, by its reasons alone. */
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

  filters(path: string): FilterFacts[] {
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

const H5T_INTEGER = 0;
const H5T_FLOAT = 1;

/** The library has no reader of half precision: its bits are read as whole numbers and widened to single precision. */
function readHalf(dataset: Dataset, read: (dataset: Dataset) => OutputData | null): OutputData | null {
  const { metadata } = dataset;
  if (metadata.type !== H5T_FLOAT || metadata.size !== 2) return read(dataset);
  // The dataset keeps what it was told of itself, which is what it is read by.
  Object.assign(dataset, { _metadata: { ...metadata, type: H5T_INTEGER, signed: false } });
  const bits = read(dataset);
  return bits instanceof Uint16Array
    ? widenFloat16(bits)
    : bits === null
      ? null
      : widenFloat16(Uint16Array.of(Number(bits)));
}
