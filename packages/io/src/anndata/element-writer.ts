import type { NumericArray } from './numbers.js';

/** A list that grows. Call `finish` at the end. */
export interface GrowingList {
  /** Appends values of the type of the sample, or of a type that converts to it without loss. */
  append(values: NumericArray): void;
  finish(): void;
}

/**
 * A tree of groups and arrays being written: an HDF5 file or a zarr store. Paths have no leading slash, and their parents must
 * exist.
 */
export interface ElementWriter {
  group(path: string): void;
  textAttribute(path: string, name: string, value: string): void;
  textsAttribute(path: string, name: string, values: string[]): void;
  booleanAttribute(path: string, name: string, value: boolean): void;
  numbersAttribute(path: string, name: string, values: NumericArray): void;
  deleteAttribute(path: string, name: string): void;
  text(path: string, value: string): void;
  texts(path: string, values: string[]): void;
  /** Writes a number as float64, or a bigint as int64. */
  number(path: string, value: number | bigint): void;
  numbers(path: string, values: NumericArray): void;
  /** Writes a matrix of numbers, row by row. */
  matrix(path: string, rows: number, cols: number, data: NumericArray): void;
  /** @param shape default a list; `[]` for one value */
  booleans(path: string, values: readonly boolean[], shape?: number[]): void;
  /** Creates an empty list that can be appended to. */
  growing(path: string, sample: NumericArray): GrowingList;
}
