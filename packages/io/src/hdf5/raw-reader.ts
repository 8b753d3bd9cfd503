import type { Metadata } from 'h5wasm/node';
import { widenFloat16 } from '../safetensors/dtypes.js';
import type { NumberReader, NumericArray } from './number-reader.js';
import { openBytes, type DatasetFacts } from './raw-bytes.js';
import type { RawFile } from './raw-file.js';

type FromBytes = (bytes: ArrayBuffer) => NumericArray;

const INTEGERS: Record<number, [signed: FromBytes, unsigned: FromBytes]> = {
  1: [(bytes) => new Int8Array(bytes), (bytes) => new Uint8Array(bytes)],
  2: [(bytes) => new Int16Array(bytes), (bytes) => new Uint16Array(bytes)],
  4: [(bytes) => new Int32Array(bytes), (bytes) => new Uint32Array(bytes)],
  8: [(bytes) => new BigInt64Array(bytes), (bytes) => new BigUint64Array(bytes)],
};
const FLOATS: Record<number, FromBytes> = {
  2: (bytes) => widenFloat16(new Uint16Array(bytes)),
  4: (bytes) => new Float32Array(bytes),
  8: (bytes) => new Float64Array(bytes),
};
const H5T_INTEGER = 0;
const H5T_FLOAT = 1;

/**
 * A reader of a one-dimensional dataset of little-endian numbers that goes past the library; half precision arrives as
 * single. Undefined for what only the library reads.
 */
export function openRaw(
  file: RawFile,
  metadata: Metadata,
  facts: Omit<DatasetFacts, 'length' | 'elementBytes'>,
): NumberReader | undefined {
  const { shape, type, size, signed, littleEndian } = metadata;
  const numbers =
    type === H5T_INTEGER ? INTEGERS[size]?.[signed ? 0 : 1] : type === H5T_FLOAT ? FLOATS[size] : undefined;
  if (shape?.length !== 1 || !numbers || !littleEndian) return undefined;
  const length = shape[0];
  const bytes = openBytes(file, { ...facts, length, elementBytes: size });
  return bytes && { length, read: (from, to) => numbers(bytes(from, to).buffer) };
}
