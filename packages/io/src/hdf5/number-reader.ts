/** Any numeric array that HDF5 can hold, as the library hands it over. */
export type NumericArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** Reads ranges of a one-dimensional dataset of numbers, cheapest front to back. */
export interface NumberReader {
  readonly length: number;
  /** Elements `from` to `to` in the type they are stored in, as an array that belongs to the caller. */
  read(from: number, to: number): NumericArray;
}
