import { FormatError } from '@geneformer-ts/core';
import { type Data, DataType } from 'apache-arrow';
import type { ColumnData, Ragged, RecordBatchColumns } from './features.js';
import { readShard, surveyShard } from './shard.js';

/**
 * Datasets 1.0 to 1.3 saved what `select`, `shuffle`, `sort` and `filter` had picked as a table of row numbers beside all rows. Here it is
 * applied: row i of the dataset is row `indices[i]` of its shards.
 */

/** Rows gathered in one pass over the shards: 130 MB of cells of 2,048 tokens. */
const ROWS_AT_ONCE = 16_384;

/**
 * Reads the row numbers.
 *
 * @param rows in all shards together
 * @throws FormatError unless they are whole numbers below `rows`
 */
export async function readIndices(files: readonly string[], rows: number): Promise<Float64Array> {
  const parts: Float64Array[] = [];
  for (const file of files) {
    // Checks every length in the file, which the library would believe.
    await surveyShard(file);
    for await (const batch of readShard(file)) {
      const column = batch.data.children[0] as Data<DataType> | undefined;
      if (!column || !DataType.isInt(column.type) || column.nullCount > 0) {
        throw new FormatError(file, 'indices', 'are not whole numbers', 'write the dataset again');
      }
      const values = (column.values as BigUint64Array).subarray(0, column.length);
      if (values.length < column.length) {
        throw new FormatError(file, 'indices', `are ${values.length} of ${column.length}`, 'write the dataset again');
      }
      const part = Float64Array.from(values as ArrayLike<number | bigint>, Number);
      const outside = part.find((row) => !(row >= 0 && row < rows));
      if (outside !== undefined) {
        throw new FormatError(file, 'indices', `pick row ${outside} of ${rows}`, 'write the dataset again');
      }
      parts.push(part);
    }
  }
  const indices = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    indices.set(part, at);
    at += part.length;
  }
  return indices;
}

/** A shard, and how to read it. */
export interface ReadableShard {
  rows: number;
  batches(): AsyncIterable<RecordBatchColumns>;
}

/**
 * The rows that `indices` picks, in its order. The shards are run through once for every 16,384 rows, so that memory is bounded
 * however they are shuffled.
 */
export async function* pickRows(
  indices: Float64Array,
  shards: readonly ReadableShard[],
): AsyncGenerator<RecordBatchColumns> {
  for (let from = 0; from < indices.length; from += ROWS_AT_ONCE) {
    yield await pickSome(indices.subarray(from, from + ROWS_AT_ONCE), shards);
  }
}

async function pickSome(wanted: Float64Array, shards: readonly ReadableShard[]): Promise<RecordBatchColumns> {
  const order = Uint32Array.from(wanted.keys()).sort((a, b) => wanted[a] - wanted[b]);
  const pieces: Record<string, ColumnData>[] = [];
  let start = 0;
  let next = 0;
  for (const shard of shards) {
    const end = start + shard.rows;
    if (next < order.length && wanted[order[next]] < end) {
      let first = start;
      for await (const { rows, columns } of shard.batches()) {
        const here: number[] = [];
        while (next < order.length && wanted[order[next]] < first + rows) here.push(wanted[order[next++]] - first);
        if (here.length) {
          pieces.push(mapColumns(columns, (column) => takeRows(column, here)));
        }
        first += rows;
      }
    }
    start = end;
  }
  // Gathered in the order of the shards; back to that of the indices.
  const back = new Uint32Array(order.length);
  order.forEach((position, i) => (back[position] = i));
  const columns = mapColumns(pieces[0], (_, name) => takeRows(joined(pieces.map((piece) => piece[name])), back));
  return { rows: wanted.length, columns };
}

function mapColumns(
  columns: Record<string, ColumnData>,
  change: (column: ColumnData, name: string) => ColumnData,
): Record<string, ColumnData> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, change(column, name)]));
}

type Flat = BigInt64Array | Int32Array | Float64Array | Float32Array;

function takeRows(column: ColumnData, rows: ArrayLike<number>): ColumnData {
  if (Array.isArray(column)) return Array.from(rows, (row) => column[row]!) as ColumnData;
  if (ArrayBuffer.isView(column)) {
    const taken = like(column, rows.length) as Int32Array;
    for (let i = 0; i < rows.length; i++) taken[i] = (column as Int32Array)[rows[i]]!;
    return taken;
  }
  const offsets = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    offsets[i + 1] = offsets[i] + column.offsets[row + 1] - column.offsets[row];
  }
  const values = like(column.values, offsets[rows.length]) as Int32Array;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    values.set(column.values.subarray(column.offsets[row], column.offsets[row + 1]), offsets[i]);
  }
  return { offsets, values };
}

function joined(columns: readonly ColumnData[]): ColumnData {
  const [first] = columns;
  if (columns.length === 1) return first;
  if (Array.isArray(first)) return (columns as unknown[][]).flat() as ColumnData;
  if (ArrayBuffer.isView(first)) return joinedValues(columns as Flat[]) as ColumnData;
  const lists = columns as Ragged[];
  const offsets = new Int32Array(1 + lists.reduce((sum, list) => sum + list.offsets.length - 1, 0));
  let row = 0;
  for (const list of lists) {
    const before = offsets[row];
    for (let i = 1; i < list.offsets.length; i++) offsets[++row] = before + list.offsets[i];
  }
  return { offsets, values: joinedValues(lists.map(({ values }) => values)) as Int32Array };
}

function joinedValues(arrays: readonly Flat[]): Flat {
  const all = like(
    arrays[0],
    arrays.reduce((sum, { length }) => sum + length, 0),
  ) as Int32Array;
  let at = 0;
  for (const array of arrays) {
    all.set(array as Int32Array, at);
    at += array.length;
  }
  return all;
}

function like(array: Flat, length: number): Flat {
  return new (array.constructor as new (length: number) => Flat)(length);
}
