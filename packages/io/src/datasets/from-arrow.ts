import { FormatError, UnsupportedError } from '@geneformer-ts/core';
import { type Data, DataType, Vector } from 'apache-arrow';
import type { ColumnData, Feature } from './features.js';

/**
 * One column of a record batch as this package's arrays: `int64` as BigInt64Array, lists of integers as Int32Array.
 * @throws FormatError, UnsupportedError naming the column
 */
export function fromArrowData(name: string, feature: Feature, data: Data<DataType>, path: string): ColumnData {
  checkRoom(name, data, path);
  if (typeof feature === 'object') return fromList(name, feature.list, data, path);
  if (feature === 'string') return fromText(name, data, path);
  if (feature === 'bool') return Array.from(new Vector([data]) as Iterable<boolean | null>);
  if (data.nullCount > 0) return fromNullable(name, feature, data, path);
  const values = window(data);
  if (feature === 'float64') return Float64Array.from(values as ArrayLike<number>);
  if (values instanceof BigInt64Array) return values.slice();
  const wide = values instanceof BigUint64Array ? values.find((value) => value > MAX_INT64) : undefined;
  if (wide !== undefined) throw doesNotFit(wide, '64 bits with a sign', name, path);
  return BigInt64Array.from(values, BigInt);
}

const MAX_INT64 = 2n ** 63n - 1n;

function doesNotFit(value: number | bigint, what: string, name: string, path: string): FormatError {
  const remedy = "name the columns to read in the option 'columns', without this one";
  return new FormatError(path, `column '${name}'`, `holds ${value}, which does not fit ${what}`, remedy);
}

/** The library believes the length of a column, whatever its buffers hold. */
function checkRoom(name: string, data: Data<DataType>, path: string): void {
  const { type, length } = data;
  let room = length;
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isList(type) || DataType.isLargeList(type)) {
    // A batch without rows may have no offsets at all.
    room = length === 0 ? 0 : (data.valueOffsets as Int32Array).length - 1;
  } else if (DataType.isBool(type)) room = 8 * (data.values as Uint8Array).length;
  else if (DataType.isInt(type) || DataType.isFloat(type)) room = (data.values as Int32Array).length;
  if (room >= length) return;
  throw new FormatError(
    path,
    `column '${name}'`,
    `has room for ${room} of its ${length} values`,
    'the shard is damaged',
  );
}

function fromNullable(name: string, feature: 'int64' | 'float64', data: Data<DataType>, path: string): ColumnData {
  if (feature === 'float64') {
    return Float64Array.from(new Vector([data]) as Iterable<number | null>, (value) => value ?? NaN);
  }
  throw new UnsupportedError(
    path,
    `column '${name}'`,
    `an integer column with ${data.nullCount} missing values`,
    "name the columns to read in the option 'columns', without this one",
  );
}

/** The library takes texts at whatever offsets there are. */
function fromText(name: string, data: Data<DataType>, path: string): (string | null)[] {
  const { first, offsets } = listOffsets(data, name, path);
  const { buffer, byteOffset, byteLength } = data.values as Uint8Array;
  if (first + offsets[data.length] > byteLength) {
    throw new FormatError(path, `column '${name}'`, 'has offsets beyond its values', 'the shard is damaged');
  }
  const bytes = Buffer.from(buffer, byteOffset + first, byteLength - first);
  return Array.from({ length: data.length }, (_, row) =>
    data.nullCount > 0 && !data.getValid(row) ? null : bytes.toString('utf8', offsets[row], offsets[row + 1]),
  );
}

function fromList(name: string, item: 'int64' | 'float32', data: Data<DataType>, path: string): ColumnData {
  const child = data.children[0];
  if (!child || data.nullCount > 0 || child.nullCount > 0) {
    throw new UnsupportedError(path, `column '${name}'`, 'a list with missing values', 'fill or drop them first');
  }
  const { first, offsets } = listOffsets(data, name, path);
  const values = (window(child) as Numbers).subarray(first, first + offsets[data.length]);
  if (values.length !== offsets[data.length]) {
    throw new FormatError(path, `column '${name}'`, 'has offsets beyond its values', 'the shard is damaged');
  }
  return { offsets, values: item === 'float32' ? toFloat32(values, name, path) : toInt32(values, name, path) };
}

/** Arrays of the numbers of a list column. */
type Numbers = BigInt64Array | BigUint64Array | Int32Array | Uint32Array | Float64Array | Float32Array;

/** Floating-point numbers as 32 bits: digits are rounded, and a number beyond the range is an error. */
function toFloat32(values: Numbers, name: string, path: string): Float32Array {
  const result = new Float32Array(values.length);
  for (let i = 0; i < result.length; i++) {
    const value = values[i] as number;
    result[i] = value;
    if (Math.abs(result[i]) === Infinity && Math.abs(value) !== Infinity)
      throw doesNotFit(value, '32 bits', name, path);
  }
  return result;
}

/** Whole numbers of any width as 32 bits. */
function toInt32(values: Numbers, name: string, path: string): Int32Array {
  if (values instanceof BigInt64Array) return narrow(values, name, path);
  if (values instanceof Uint32Array || values instanceof BigUint64Array) {
    const wide = (values as Uint32Array).find((value) => value > MAX_VALUES);
    if (wide !== undefined) throw doesNotFit(wide, '32 bits', name, path);
  }
  return Int32Array.from(values as Int32Array, Number);
}

/** Where each list begins, from 0, and where the first is among the values. */
function listOffsets(data: Data<DataType>, name: string, path: string): { first: number; offsets: Int32Array } {
  const offsets = new Int32Array(data.length + 1);
  if (DataType.isFixedSizeList(data.type)) {
    const { listSize } = data.type;
    if (data.length * listSize > MAX_VALUES) {
      throw new FormatError(path, `column '${name}'`, 'has offsets beyond its values', 'the shard is damaged');
    }
    for (let row = 0; row <= data.length; row++) offsets[row] = row * listSize;
    return { first: data.offset * listSize, offsets };
  }
  // Large lists have 64-bit offsets.
  const stored = data.valueOffsets as Int32Array | BigInt64Array;
  const first = Number(stored[0] ?? 0);
  let least = first;
  for (let row = 0; row <= data.length; row++) {
    const offset = Number(stored[row] ?? first);
    if (offset < Math.max(0, least)) {
      throw new FormatError(path, `column '${name}'`, 'has offsets that fall', 'the shard is damaged');
    }
    if (offset - first > MAX_VALUES) {
      throw new FormatError(path, `column '${name}'`, 'has offsets beyond its values', 'the shard is damaged');
    }
    least = offset;
    offsets[row] = offset - first;
  }
  return { first, offsets };
}

/** The most that a 32-bit offset says, and more than a batch has room for. */
const MAX_VALUES = 2 ** 31 - 1;

/** The stored numbers that belong to `data`, which may be a slice of something larger. */
function window(data: Data<DataType>): ArrayLike<number | bigint> {
  return (data.values as BigInt64Array).subarray(0, data.length);
}

/** 64 to 32 bits through a view of both halves; the upper must be the sign of the lower. */
function narrow(values: BigInt64Array, name: string, path: string): Int32Array {
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const result = new Int32Array(values.length);
  for (let i = 0; i < result.length; i++) {
    const low = halves[2 * i];
    if (halves[2 * i + 1] !== low >> 31) {
      throw new FormatError(
        path,
        `column '${name}'`,
        `holds ${values[i]}, which does not fit 32 bits`,
        'token ids are small: is this a tokenised dataset?',
      );
    }
    result[i] = low;
  }
  return result;
}
