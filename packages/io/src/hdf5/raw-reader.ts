import type { Metadata } from 'h5wasm/node';
import type { NumericArray } from './file.js';
import { openBytes, type DatasetFacts } from './raw-bytes.js';
import type { RawFile } from './raw-file.js';
import type { NumberReader } from './sequential.js';

type ArrayConstructor = new (buffer: ArrayBuffer) => NumericArray;

const INTEGERS: Record<number, [signed: ArrayConstructor, unsigned: ArrayConstructor]> = {
  1: [Int8Array, Uint8Array],
  2: [Int16Array, Uint16Array],
  4: [Int32Array, Uint32Array],
  8: [BigInt64Array, BigUint64Array],
};
const FLOATS: Record<number, ArrayConstructor> = { 4: Float32Array, 8: Float64Array };
const H5T_INTEGER = 0;
const H5T_FLOAT = 1;

/**
 * A reader of a one-dimensional dataset of little-endian numbers that goes past the library. Undefined for what only the
 * library reads.
 */
export function openRaw(
  file: RawFile,
  metadata: Metadata,
  facts: Omit<DatasetFacts, 'length' | 'elementBytes'>,
): NumberReader | undefined {
  const { shape, type, size, signed, littleEndian } = metadata;
  const Numbers =
    type === H5T_INTEGER ? INTEGERS[size]?.[signed ? 0 : 1] : type === H5T_FLOAT ? FLOATS[size] : undefined;
  if (shape?.length !== 1 || !Numbers || !littleEndian) return undefined;
  const length = shape[0]!;
  const bytes = openBytes(file, { ...facts, length, elementBytes: size });
  return bytes && { length, read: (from, to) => new Numbers(bytes(from, to).buffer) };
}
