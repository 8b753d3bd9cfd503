import { ArgumentError } from '@geneformer-ts/core';
import { Bool, type Data, Field, Float32, Float64, Int64, List, makeData, Utf8 } from 'apache-arrow';
import { isWellFormed } from '../base/well-formed.js';
import type { ColumnData, Feature, Ragged } from './features.js';

/**
 * Converts one column to Arrow memory. Lays it out directly, because the library's builders make several calls per element,
 * which is a hundred times slower for millions of tokens.
 *
 * @param scratch memory of the result, which is valid until the scratch is used for another batch
 * @throws ArgumentError when the column does not match its feature or does not have `rows` rows
 */
export function toArrowData(
  name: string,
  feature: Feature,
  column: ColumnData | undefined,
  rows: number,
  scratch: Scratch,
): Data {
  if (column === undefined || column === null) throw wrong(name, 'is missing from the batch');
  if (isRagged(column) && !(column.offsets instanceof Int32Array))
    throw wrong(name, 'should have offsets in an Int32Array');
  const length = isRagged(column) ? column.offsets.length - 1 : column.length;
  if (length !== rows) throw wrong(name, `has ${length} rows but the batch has ${rows}`);
  if (typeof feature === 'object') {
    if (!isRagged(column)) throw wrong(name, 'should be ragged: { offsets, values }');
    return listData(name, feature.list, column, scratch);
  }
  switch (feature) {
    case 'int64':
      if (column instanceof BigInt64Array) return makeData({ type: new Int64(), data: scratch.copy(name, column) });
      if (column instanceof Int32Array) {
        return makeData({ type: new Int64(), data: widen(column, scratch.memory(name, BigInt64Array, rows)) });
      }
      throw wrong(name, 'should be a BigInt64Array or Int32Array');
    case 'float64':
      if (column instanceof Float64Array) return makeData({ type: new Float64(), data: scratch.copy(name, column) });
      throw wrong(name, 'should be a Float64Array');
    case 'string':
      if (Array.isArray(column)) return textData(name, column as (string | null)[]);
      throw wrong(name, 'should be an array of strings');
    case 'bool':
      if (Array.isArray(column)) return booleanData(name, column as (boolean | null)[]);
      throw wrong(name, 'should be an array of booleans');
  }
}

function isRagged(column: ColumnData): column is Ragged {
  return !Array.isArray(column) && !ArrayBuffer.isView(column);
}

function wrong(name: string, problem: string): ArgumentError {
  return new ArgumentError(`column '${name}'`, problem, 'match the features passed to createDataset');
}

function listData(name: string, item: 'int64' | 'float32', { offsets, values }: Ragged, scratch: Scratch): Data {
  const end = offsets[offsets.length - 1];
  if (offsets[0] !== 0 || end !== values.length) {
    throw wrong(name, `has offsets from ${offsets[0]} to ${end} over ${values.length} values`);
  }
  const length = offsets.length - 1;
  for (let row = 0; row < length; row++) {
    if (offsets[row + 1] >= offsets[row]) continue;
    throw wrong(name, `has offsets that decrease from ${offsets[row]} to ${offsets[row + 1]} at ${row + 1}`);
  }
  const valueOffsets = scratch.copy(`${name} offsets`, offsets);
  if (item === 'int64') {
    if (!(values instanceof Int32Array)) throw wrong(name, 'should have values in an Int32Array');
    const wide = widen(values, scratch.memory(name, BigInt64Array, values.length));
    const child = makeData({ type: new Int64(), data: wide });
    const type = new List(new Field('item', new Int64(), true));
    return makeData({ type, length, nullCount: 0, valueOffsets, child });
  }
  if (!(values instanceof Float32Array)) throw wrong(name, 'should have values in a Float32Array');
  const child = makeData({ type: new Float32(), data: scratch.copy(name, values) });
  const type = new List(new Field('item', new Float32(), true));
  return makeData({ type, length, nullCount: 0, valueOffsets, child });
}

/** Converts 32 to 64 bits through a view of both halves, without creating BigInts. Returns `result`, as long as `values`. */
export function widen(values: Int32Array, result: BigInt64Array): BigInt64Array {
  const halves = new Int32Array(result.buffer, result.byteOffset, 2 * result.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    halves[2 * i] = value;
    halves[2 * i + 1] = value >> 31;
  }
  return result;
}

function textData(name: string, values: readonly (string | null)[]): Data {
  const offsets = new Int32Array(values.length + 1);
  const encoder = new TextEncoder();
  const encoded: Uint8Array[] = [];
  values.forEach((value, i) => {
    if (value !== null && typeof value !== 'string')
      throw wrong(name, `has ${String(value)} in row ${i}, not a string or null`);
    if (value !== null && !isWellFormed(value))
      throw wrong(name, `has '${value}' in row ${i}, with an unpaired surrogate`);
    encoded.push(encoder.encode(value ?? ''));
    offsets[i + 1] = offsets[i] + encoded[i].length;
  });
  const data = new Uint8Array(offsets[values.length]);
  encoded.forEach((bytes, i) => data.set(bytes, offsets[i]));
  return makeData({
    type: new Utf8(),
    length: values.length,
    valueOffsets: offsets,
    data,
    ...validity(values),
  });
}

function booleanData(name: string, values: readonly (boolean | null)[]): Data {
  const other = values.findIndex((value) => value !== null && typeof value !== 'boolean');
  if (other >= 0) throw wrong(name, `has ${String(values[other])} in row ${other}, not true, false or null`);
  const data = bitmap(values, (value) => value === true);
  return makeData({ type: new Bool(), length: values.length, data, ...validity(values) });
}

function validity(values: readonly unknown[]): { nullCount: number; nullBitmap?: Uint8Array } {
  const nullCount = values.reduce<number>((count, value) => count + (value === null ? 1 : 0), 0);
  return nullCount ? { nullCount, nullBitmap: bitmap(values, (value) => value !== null) } : { nullCount };
}

function bitmap<T>(values: readonly T[], test: (value: T) => boolean): Uint8Array {
  // Arrow requires bitmaps in words of eight bytes.
  const bits = new Uint8Array(Math.ceil(values.length / 64) * 8);
  values.forEach((value, i) => {
    if (test(value)) bits[i >> 3] |= 1 << (i & 7);
  });
  return bits;
}

type Numbers = BigInt64Array | Int32Array | Float32Array | Float64Array;

/** Memory for the columns of a batch, reused for another batch. New memory for every batch would cost more time than filling it. */
export class Scratch {
  private readonly held = new Map<string, ArrayBuffer>();

  /** Returns memory for `length` numbers of a column, not cleared, valid until the next call for the same column. */
  memory<Type extends Numbers>(
    column: string,
    type: { new (buffer: ArrayBuffer, offset: number, length: number): Type; BYTES_PER_ELEMENT: number },
    length: number,
  ): Type {
    const bytes = length * type.BYTES_PER_ELEMENT;
    let held = this.held.get(column);
    if (held === undefined || held.byteLength < bytes) {
      held = new ArrayBuffer(8 * Math.ceil((1.25 * bytes) / 8));
      this.held.set(column, held);
    }
    return new type(held, 0, length);
  }

  /** Returns a copy of the numbers of a column in such memory. */
  copy<Type extends Numbers>(column: string, numbers: Type): Type {
    type Constructor = { new (buffer: ArrayBuffer, offset: number, length: number): Type; BYTES_PER_ELEMENT: number };
    const copy = this.memory(column, numbers.constructor as unknown as Constructor, numbers.length);
    (copy as Int32Array).set(numbers as Int32Array);
    return copy;
  }
}
