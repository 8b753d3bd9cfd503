import { FormatError } from '@geneformer-ts/core';
import type { Metadata } from 'h5wasm/node';
import { widenFloat16 } from '../../base/half-precision.js';
import { H5T } from './dataset-type.js';
import type { NumericArray, SyncNumberReader } from '../numbers.js';
import { type DatasetFacts, openBytes } from './raw-bytes.js';
import type { RawFile } from './raw-file.js';

/** Returns `length` numbers at the start of a buffer. */
type FromBytes = (bytes: ArrayBuffer, length: number) => NumericArray;

const INTEGERS: Record<number, [signed: FromBytes, unsigned: FromBytes]> = {
  1: [(bytes, length) => new Int8Array(bytes, 0, length), (bytes, length) => new Uint8Array(bytes, 0, length)],
  2: [(bytes, length) => new Int16Array(bytes, 0, length), (bytes, length) => new Uint16Array(bytes, 0, length)],
  4: [(bytes, length) => new Int32Array(bytes, 0, length), (bytes, length) => new Uint32Array(bytes, 0, length)],
  8: [(bytes, length) => new BigInt64Array(bytes, 0, length), (bytes, length) => new BigUint64Array(bytes, 0, length)],
};
const FLOATS: Record<number, FromBytes> = {
  2: (bytes, length) => widenFloat16(new Uint16Array(bytes, 0, length)),
  4: (bytes, length) => new Float32Array(bytes, 0, length),
  8: (bytes, length) => new Float64Array(bytes, 0, length),
};

/**
 * Returns a reader of a one-dimensional dataset of little-endian numbers that bypasses the library. Half precision is
 * converted to single precision. Returns undefined for datasets that only the library supports.
 */
export function openRaw(
  file: RawFile,
  metadata: Metadata,
  facts: Omit<DatasetFacts, 'length' | 'elementBytes'>,
): SyncNumberReader | undefined {
  const { shape, type, size, signed, littleEndian } = metadata;
  const numbers =
    type === H5T.integer ? INTEGERS[size]?.[signed ? 0 : 1] : type === H5T.float ? FLOATS[size] : undefined;
  if (shape?.length !== 1 || !numbers || !littleEndian) return undefined;
  const length = shape[0];
  const bytes = openBytes(file, { ...facts, length, elementBytes: size });
  return bytes && { length, read: (from, to, memory) => numbers(bytes(from, to, memory).buffer, to - from) };
}

/** Bytes of a variable-length string: its length, the address of a heap and its number in the heap. */
const DESCRIPTOR = 16;
const HEAP = 0x47434f4c;
const HEAP_HEAD = 16;
const OBJECT_HEAD = 16;
const EIGHT = 8;

/**
 * Reads a one-dimensional dataset of variable-length strings directly from the file (HDF5 file format specification, III.E,
 * the global heap). Returns undefined for a layout that only the library supports.
 *
 * @throws FormatError when a string is not in its heap
 */
export function readRawStrings(file: RawFile, facts: Omit<DatasetFacts, 'elementBytes'>): string[] | undefined {
  const descriptors = openBytes(file, { ...facts, elementBytes: DESCRIPTOR })?.(0, facts.length);
  if (!descriptors) return undefined;
  const view = new DataView(descriptors.buffer);
  const heaps = new Map<number, Map<number, Uint8Array> | undefined>();
  const decoder = new TextDecoder();
  return Array.from({ length: facts.length }, (_, i) => {
    const size = view.getUint32(i * DESCRIPTOR, true);
    const address = Number(view.getBigUint64(i * DESCRIPTOR + 4, true));
    const number = view.getUint32(i * DESCRIPTOR + 12, true);
    if (size === 0) return '';
    if (!heaps.has(address)) heaps.set(address, readHeap(file, address));
    const bytes = heaps.get(address)?.get(number);
    if (!bytes || bytes.length < size) {
      throw new FormatError(
        file.path,
        facts.path,
        `string ${i} is not in the heap at byte ${address}`,
        'the file is damaged or incomplete; download it again',
      );
    }
    const end = bytes.subarray(0, size).indexOf(0);
    return decoder.decode(bytes.subarray(0, end < 0 ? size : end));
  });
}

/** Reads the objects of a heap by number. Returns undefined if `address` does not hold a heap. */
function readHeap(file: RawFile, address: number): Map<number, Uint8Array> | undefined {
  const head = file.view(address, HEAP_HEAD);
  if (head?.getUint32(0, false) !== HEAP) return undefined;
  const view = file.view(address, Math.min(Number(head.getBigUint64(8, true)), file.size));
  if (!view) return undefined;
  const objects = new Map<number, Uint8Array>();
  for (let at = HEAP_HEAD; at + OBJECT_HEAD <= view.byteLength;) {
    const number = view.getUint16(at, true);
    const size = Number(view.getBigUint64(at + 8, true));
    // Object 0 is the free space at the end.
    if (number === 0 || at + OBJECT_HEAD + size > view.byteLength) break;
    objects.set(number, new Uint8Array(view.buffer, at + OBJECT_HEAD, size));
    at += OBJECT_HEAD + Math.ceil(size / EIGHT) * EIGHT;
  }
  return objects;
}
