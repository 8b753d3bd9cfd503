import { gzipSync } from '@geneformer-ts/core/system';
import type { NumericArray } from '../numbers.js';
import type { JsonObject } from './nodes.js';

/** Data types of version 2 and 3 by the array that has the values. */
const TYPES: Record<string, [two: string, three: string]> = {
  Int8Array: ['|i1', 'int8'],
  Uint8Array: ['|u1', 'uint8'],
  Int16Array: ['<i2', 'int16'],
  Uint16Array: ['<u2', 'uint16'],
  Int32Array: ['<i4', 'int32'],
  Uint32Array: ['<u4', 'uint32'],
  BigInt64Array: ['<i8', 'int64'],
  BigUint64Array: ['<u8', 'uint64'],
  Float32Array: ['<f4', 'float32'],
  Float64Array: ['<f8', 'float64'],
};
const BOOLEAN = ['|b1', 'bool'] as const;
const TEXT = ['|O', 'string'] as const;

/** Kind of the values of a new array. Numbers are described by an array of their type. */
export type NewType = 'boolean' | 'text' | NumericArray;

/** Returns the metadata of a new array. */
export function arrayMetadata(
  format: 2 | 3,
  type: NewType,
  { shape, chunks }: { shape: number[]; chunks: number[] },
  level: number,
): JsonObject {
  const [two, three] = type === 'boolean' ? BOOLEAN : type === 'text' ? TEXT : TYPES[type.constructor.name];
  const fill = type === 'boolean' ? false : type === 'text' ? '' : 0;
  if (format === 2) {
    return {
      zarr_format: 2,
      shape,
      chunks,
      dtype: two,
      order: 'C',
      fill_value: fill,
      filters: type === 'text' ? [{ id: 'vlen-utf8' }] : null,
      compressor: level > 0 ? { id: 'gzip', level } : null,
      dimension_separator: '.',
    };
  }
  const bytes = { name: 'bytes', configuration: { endian: 'little' } };
  return {
    zarr_format: 3,
    node_type: 'array',
    shape,
    data_type: three,
    chunk_grid: { name: 'regular', configuration: { chunk_shape: chunks } },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    fill_value: fill,
    codecs: [
      type === 'text' ? { name: 'vlen-utf8', configuration: {} } : bytes,
      ...(level > 0 ? [{ name: 'gzip', configuration: { level } }] : []),
    ],
    attributes: {},
  };
}

/** Returns the name of the file of a chunk below its array. */
export function chunkName(format: 2 | 3, position: readonly number[]): string {
  return format === 2 ? position.join('.') || '0' : ['c', ...position].join('/');
}

/** Returns the bytes of a chunk of numbers; a chunk at the end is filled up with zeros. */
export function encodeNumbers(values: NumericArray, length: number, level: number): Uint8Array {
  const bytes = new Uint8Array(length * values.BYTES_PER_ELEMENT);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return compress(bytes, level);
}

/** Returns the bytes of a chunk of texts: their number, and the length and the UTF-8 bytes of each. */
export function encodeTexts(texts: readonly string[], length: number, level: number): Uint8Array {
  const encoder = new TextEncoder();
  const encoded = Array.from({ length }, (_, i) => encoder.encode(texts[i] ?? ''));
  const size = encoded.reduce((sum, text) => sum + 4 + text.length, 4);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  let at = 4;
  for (const text of encoded) {
    view.setUint32(at, text.length, true);
    bytes.set(text, at + 4);
    at += 4 + text.length;
  }
  return compress(bytes, level);
}

function compress(bytes: Uint8Array, level: number): Uint8Array {
  return level > 0 ? gzipSync(bytes, { level }) : bytes;
}
