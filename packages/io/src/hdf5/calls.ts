import type { Metadata, OutputData } from 'h5wasm/node';

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
