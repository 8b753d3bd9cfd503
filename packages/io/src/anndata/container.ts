import type { NumberReader, NumericArray } from './numbers.js';

/** A result that some containers have at once and others have to wait for. */
export type Soon<Value> = Value | Promise<Value>;

/** Kind of the values of an array, as far as this package distinguishes them. */
export type DatasetKind = 'number' | 'string' | 'boolean' | 'compound' | 'reference' | 'other';

/** A list of records, each with one value per member. */
export interface Records {
  members: readonly { name: string; kind: 'string' | 'boolean' | 'number' | 'other' }[];
  /** One list of values per record, in the order of the members. */
  rows: readonly (readonly unknown[])[];
}

/**
 * A tree of groups and arrays with attributes, in which AnnData stores its elements: an HDF5 file or a zarr store. Paths have
 * no leading slash (`obs/cell_type`). The structure is known at once; values are read on demand.
 *
 * Every method throws errors of this package that name the file and the path.
 */
export interface Container {
  /** Path, file name or URL, for messages. */
  readonly path: string;
  /** Path on disk, if it is there, and its state. See `fileVersion` of core. */
  readonly diskPath?: string | undefined;
  readonly version?: string | undefined;
  /** Returns the kind of a path, or undefined if it does not exist. */
  kind(path: string): 'group' | 'dataset' | undefined;
  /** Returns the names inside a group, sorted; empty if the group does not exist. */
  keys(group: string): string[];
  /** Returns the value of an attribute, or undefined. */
  attribute(path: string, name: string): unknown;
  /** Returns the value of an attribute if it is a string, or undefined. */
  textAttribute(path: string, name: string): string | undefined;
  /** Returns a value that is equal for two paths to the same group. */
  address(path: string): number | string;
  /** Returns the dimensions of an array; undefined for one without data. @throws FieldMissingError */
  dimensions(path: string): number[] | undefined;
  /** Returns the dimensions of an array. @throws FieldMissingError; FormatError for one without data */
  shape(path: string): number[];
  /** Returns the kind of the values of an array. */
  datasetKind(path: string): DatasetKind;
  /** Returns the type of the values of an array in words, for messages. */
  typeName(path: string): string;
  /** Returns the number of rows that are stored together, so that reading a part of them costs as much as all. */
  chunkRows(path: string): number;
  /** Returns the names of the values of an enumeration, or undefined. */
  enumeration(path: string): Record<string, number> | undefined;
  /** Reads numbers or booleans in their stored type: rows `from` to `to`, or everything. */
  readNumbers(path: string, from?: number, to?: number): Soon<NumericArray>;
  readStrings(path: string): Soon<string[]>;
  /** Reads records. */
  records(path: string): Soon<Records>;
  /** Opens a list of numbers, to read ranges of it. */
  numbers(path: string): NumberReader;
  /** Closing twice is allowed. */
  close(): void;
}
