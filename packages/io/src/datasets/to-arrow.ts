import { ArgumentError } from '@geneformer-ts/core';
import { Bool, type Data, Field, Float32, Float64, Int64, List, makeData, Utf8 } from 'apache-arrow';
import type { ColumnData, Feature, Ragged } from './features.js';

/**
 * Returns one column as Arrow memory, laid out directly: the library's builders make several calls per element, which is
 * a hundred times slower on millions of tokens.
 *
 * @param scratch where 32-bit integers are widened: what is returned is valid until the column's next batch
 * @throws ArgumentError when the column is not what its feature says, or not `rows` long
 */
export function toArrowData(
  name: string,
  feature: Feature,
  column: ColumnData | undefined,
  rows: number,
  scratch: Scratch,
): Data {
  if (column === undefined) throw wrong(name, 'is missing from the batch');
  const length = isRagged(column) ? column.offsets.length - 1 : column.length;
  if (length !== rows) throw wrong(name, `has ${length} rows where the batch has ${rows}`);
  if (typeof feature === 'object') {
    if (!isRagged(column)) throw wrong(name, 'should be ragged: { offsets, values }');
    return listData(name, feature.list, column, scratch);
  }
  switch (feature) {
    case 'int64':
      if (column instanceof BigInt64Array) return makeData({ type: new Int64(), data: column });
      if (column instanceof Int32Array) {
        return makeData({ type: new Int64(), data: widen(column, scratch.room(name, rows)) });
      }
      throw wrong(name, 'should be a BigInt64Array or Int32Array');
    case 'float64':
      if (column instanceof Float64Array) return makeData({ type: new Float64(), data: column });
      throw wrong(name, 'should be a Float64Array');
    case 'string':
      if (Array.isArray(column)) return textData(column as (string | null)[]);
      throw wrong(name, 'should be an array of strings');
    case 'bool':
      if (Array.isArray(column)) return booleanData(column as (boolean | null)[]);
      throw wrong(name, 'should be an array of booleans');
  }
}

function isRagged(column: ColumnData): column is Ragged {
  return !Array.isArray(column) && !ArrayBuffer.isView(column);
}

function wrong(name: string, problem: string): ArgumentError {
  return new ArgumentError(`column '${name}'`, problem, 'give what createDataset was told of it');
}

function listData(name: string, item: 'int64' | 'float32', { offsets, values }: Ragged, scratch: Scratch): Data {
  const end = offsets[offsets.length - 1];
  if (offsets[0] !== 0 || end !== values.length) {
    throw wrong(name, `has offsets from ${offsets[0]} to ${end} over ${values.length} values`);
  }
  const length = offsets.length - 1;
  if (item === 'int64') {
    if (!(values instanceof Int32Array)) throw wrong(name, 'should have values in an Int32Array');
    const child = makeData({ type: new Int64(), data: widen(values, scratch.room(name, values.length)) });
    const type = new List(new Field('item', new Int64(), true));
    return makeData({ type, length, nullCount: 0, valueOffsets: offsets, child });
  }
  if (!(values instanceof Float32Array)) throw wrong(name, 'should have values in a Float32Array');
  const child = makeData({ type: new Float32(), data: values });
  const type = new List(new Field('item', new Float32(), true));
  return makeData({ type, length, nullCount: 0, valueOffsets: offsets, child });
}

/** 32 to 64 bits through a view of both halves: no BigInt is made. Returns `result`, which is as long as `values`. */
export function widen(values: Int32Array, result: BigInt64Array): BigInt64Array {
  const halves = new Int32Array(result.buffer, result.byteOffset, 2 * result.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    halves[2 * i] = value;
    halves[2 * i + 1] = value >> 31;
  }
  return result;
}

function textData(values: readonly (string | null)[]): Data {
  const offsets = new Int32Array(values.length + 1);
  values.forEach((value, i) => {
    offsets[i + 1] = offsets[i] + (value === null ? 0 : Buffer.byteLength(value));
  });
  const data = Buffer.alloc(offsets[values.length]);
  values.forEach((value, i) => {
    if (value !== null) data.write(value, offsets[i]);
  });
  return makeData({
    type: new Utf8(),
    length: values.length,
    valueOffsets: offsets,
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    ...validity(values),
  });
}

function booleanData(values: readonly (boolean | null)[]): Data {
  const data = bitmap(values, (value) => value === true);
  return makeData({ type: new Bool(), length: values.length, data, ...validity(values) });
}

function validity(values: readonly unknown[]): { nullCount: number; nullBitmap?: Uint8Array } {
  const nullCount = values.reduce<number>((count, value) => count + (value === null ? 1 : 0), 0);
  return nullCount ? { nullCount, nullBitmap: bitmap(values, (value) => value !== null) } : { nullCount };
}

function bitmap<T>(values: readonly T[], test: (value: T) => boolean): Uint8Array {
  // Arrow wants bitmaps in whole words of eight bytes.
  const bits = new Uint8Array(Math.ceil(values.length / 64) * 8);
  values.forEach((value, i) => {
    if (test(value)) bits[i >> 3] |= 1 << (i & 7);
  });
  return bits;
}

/**
 * Memory for the columns of a batch, reused for the next batch, because new memory for every batch would make the garbage
 * collector run for every batch. The result of `room` is valid until the same column is requested again.
 */
export class Scratch {
  private readonly held = new Map<string, BigInt64Array>();

  /** Room for `length` numbers of a column, with whatever the last batch left in it. */
  room(column: string, length: number): BigInt64Array {
    let memory = this.held.get(column);
    if (memory === undefined || memory.length < length) {
      memory = new BigInt64Array(Math.ceil(1.25 * length));
      this.held.set(column, memory);
    }
    return memory.subarray(0, length);
  }
}
