import { FormatError, UnsupportedError } from '@geneformer-ts/core';
import { type Data, DataType, Vector } from 'apache-arrow';
import { utf8Ranges } from '../base/text.js';
import type { ColumnData, Feature } from './features.js';

/**
 * Converts one column of a record batch to the arrays of this package: `int64` to BigInt64Array, lists of integers to
 * Int32Array.
 *
 * @throws FormatError or UnsupportedError naming the column
 */
export function fromArrowData(name: string, feature: Feature, data: Data<DataType>, path: string): ColumnData {
  checkBuffers(name, data, path);
  if (typeof feature === 'object') return fromList(name, feature.list, data, path);
  if (feature === 'string') return fromText(name, data, path);
  if (feature === 'bool') return Array.from(new Vector([data]) as Iterable<boolean | null>);
  if (data.nullCount > 0) return fromNullable(name, feature, data, path);
  const values = ownValues(data);
  if (feature === 'float64') return Float64Array.from(values as ArrayLike<number>);
  if (values instanceof BigInt64Array) return values.slice();
  const wide = values instanceof BigUint64Array ? values.find((value) => value > MAX_INT64) : undefined;
  if (wide !== undefined) throw doesNotFit(wide, 'a signed 64-bit integer', name, path);
  return BigInt64Array.from(values, BigInt);
}

const MAX_INT64 = 2n ** 63n - 1n;

function doesNotFit(value: number | bigint, what: string, name: string, path: string): FormatError {
  const remedy = "set the option 'columns' to the columns to read, without this one";
  return new FormatError(path, `column '${name}'`, `contains ${value}, which does not fit ${what}`, remedy);
}

/** Checks that the buffers of a column are long enough, because the library does not. */
function checkBuffers(name: string, data: Data<DataType>, path: string): void {
  const { type, length } = data;
  let available = length;
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type) || DataType.isList(type) || DataType.isLargeList(type)) {
    // A batch without rows may have no offsets.
    available = length === 0 ? 0 : (data.valueOffsets as Int32Array).length - 1;
  } else if (DataType.isBool(type)) available = 8 * (data.values as Uint8Array).length;
  else if (DataType.isInt(type) || DataType.isFloat(type)) available = (data.values as Int32Array).length;
  if (available >= length) return;
  throw new FormatError(
    path,
    `column '${name}'`,
    `has buffers for ${available} of its ${length} values`,
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
    "set the option 'columns' to the columns to read, without this one",
  );
}

/** Decodes a column of strings and checks its offsets, which the library does not. */
function fromText(name: string, data: Data<DataType>, path: string): (string | null)[] {
  const { first, offsets } = listOffsets(data, name, path);
  const { buffer, byteOffset, byteLength } = data.values as Uint8Array;
  if (first + offsets[data.length] > byteLength) {
    throw new FormatError(path, `column '${name}'`, 'has offsets beyond its values', 'the shard is damaged');
  }
  const decode = utf8Ranges(new Uint8Array(buffer, byteOffset + first, byteLength - first));
  return Array.from({ length: data.length }, (_, row) =>
    data.nullCount > 0 && !data.getValid(row) ? null : decode(offsets[row], offsets[row + 1]),
  );
}

function fromList(name: string, item: 'int64' | 'float32', data: Data<DataType>, path: string): ColumnData {
  const child = data.children[0];
  if (!child || data.nullCount > 0 || child.nullCount > 0) {
    throw new UnsupportedError(path, `column '${name}'`, 'a list with missing values', 'fill or drop them first');
  }
  const { first, offsets } = listOffsets(data, name, path);
  const values = (ownValues(child) as Numbers).subarray(first, first + offsets[data.length]);
  if (values.length !== offsets[data.length]) {
    throw new FormatError(path, `column '${name}'`, 'has offsets beyond its values', 'the shard is damaged');
  }
  return { offsets, values: item === 'float32' ? toFloat32(values, name, path) : toInt32(values, name, path) };
}

/** Typed arrays that the items of a list column may have. */
type Numbers = BigInt64Array | BigUint64Array | Int32Array | Uint32Array | Float64Array | Float32Array;

/** Rounds floating-point numbers to 32 bits. A number outside the range is an error. */
function toFloat32(values: Numbers, name: string, path: string): Float32Array {
  const result = new Float32Array(values.length);
  for (let i = 0; i < result.length; i++) {
    const value = values[i] as number;
    result[i] = value;
    if (Math.abs(result[i]) === Infinity && Math.abs(value) !== Infinity)
      throw doesNotFit(value, 'a 32-bit number', name, path);
  }
  return result;
}

/** Converts integers of any width to 32 bits. */
function toInt32(values: Numbers, name: string, path: string): Int32Array {
  if (values instanceof BigInt64Array) return narrow(values, name, path);
  if (values instanceof Uint32Array || values instanceof BigUint64Array) {
    const wide = (values as Uint32Array).find((value) => value > MAX_VALUES);
    if (wide !== undefined) throw doesNotFit(wide, 'a 32-bit integer', name, path);
  }
  return Int32Array.from(values as Int32Array, Number);
}

/** Returns the offsets of the lists, from 0, and the position of the first list among the values. */
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
      throw new FormatError(path, `column '${name}'`, 'has offsets that decrease', 'the shard is damaged');
    }
    if (offset - first > MAX_VALUES) {
      throw new FormatError(path, `column '${name}'`, 'has offsets beyond its values', 'the shard is damaged');
    }
    least = offset;
    offsets[row] = offset - first;
  }
  return { first, offsets };
}

/** Largest 32-bit offset. */
const MAX_VALUES = 2 ** 31 - 1;

/** Returns the stored numbers of `data`, which may be a slice of a larger array. */
function ownValues(data: Data<DataType>): ArrayLike<number | bigint> {
  return (data.values as BigInt64Array).subarray(0, data.length);
}

/** Converts 64 to 32 bits through a view of both halves. The upper half must be the sign of the lower. */
function narrow(values: BigInt64Array, name: string, path: string): Int32Array {
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const result = new Int32Array(values.length);
  for (let i = 0; i < result.length; i++) {
    const low = halves[2 * i];
    if (halves[2 * i + 1] !== low >> 31) {
      throw new FormatError(
        path,
        `column '${name}'`,
        `contains ${values[i]}, which does not fit a 32-bit integer`,
        'check that this is a tokenized dataset',
      );
    }
    result[i] = low;
  }
  return result;
}
