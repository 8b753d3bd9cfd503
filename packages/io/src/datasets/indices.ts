import { FormatError } from '@geneformer-ts/core';
import { type Data, DataType, type RecordBatch } from 'apache-arrow';
import { type SourceFolder, withFile } from '../base/input.js';
import type { ColumnData, Ragged, RecordBatchColumns } from './features.js';
import { readShard, summarizeShard } from './shard.js';

/** Number of rows that one pass over the shards selects: 130 MB for cells of 2,048 tokens. */
const ROWS_PER_PASS = 16_384;

/**
 * Reads an indices mapping. Versions 1.0 to 1.3 of `datasets` stored the result of `select`, `shuffle`, `sort` and `filter`
 * as a table of row numbers beside all rows: row `i` of the dataset is row `indices[i]` of its shards.
 *
 * @param rows number of rows of all shards
 * @throws FormatError unless the row numbers are integers from 0 and below `rows`
 */
export async function readIndices(folder: SourceFolder, names: readonly string[], rows: number): Promise<Float64Array> {
  const parts: Float64Array[] = [];
  for (const name of names) {
    await withFile(folder, name, async (source) => {
      // Checks all lengths in the file, because the library does not.
      await summarizeShard(source);
      for await (const batch of readShard(source)) parts.push(rowNumbers(batch, rows, source.name));
    });
  }
  const indices = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    indices.set(part, at);
    at += part.length;
  }
  return indices;
}

/** Returns the row numbers of a record batch, checked to be integers from 0 and below `rows`. */
function rowNumbers(batch: RecordBatch, rows: number, path: string): Float64Array {
  const wrong = (problem: string): FormatError => new FormatError(path, 'indices', problem, 'write the dataset again');
  const column = batch.data.children[0] as Data<DataType> | undefined;
  if (!column || !DataType.isInt(column.type) || column.nullCount > 0) throw wrong('are not integers');
  const values = (column.values as BigUint64Array).subarray(0, column.length);
  if (values.length < column.length) throw wrong(`are incomplete: ${values.length} of ${column.length}`);
  const numbers = Float64Array.from(values as ArrayLike<number | bigint>, Number);
  const outside = numbers.find((row) => !(row >= 0 && row < rows));
  if (outside !== undefined) throw wrong(`refer to row ${outside} of ${rows}`);
  return numbers;
}

/** A shard with its number of rows. */
export interface ReadableShard {
  rows: number;
  batches(): AsyncIterable<RecordBatchColumns>;
}

/**
 * Streams the rows that `indices` selects, in its order. Every pass over the shards selects 16,384 rows, so that memory is
 * bounded for any order.
 */
export async function* selectRows(
  indices: Float64Array,
  shards: readonly ReadableShard[],
): AsyncGenerator<RecordBatchColumns> {
  for (let from = 0; from < indices.length; from += ROWS_PER_PASS) {
    yield await selectSome(indices.subarray(from, from + ROWS_PER_PASS), shards);
  }
}

async function selectSome(wanted: Float64Array, shards: readonly ReadableShard[]): Promise<RecordBatchColumns> {
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
  // Restores the order of the indices; the pieces have the order of the shards.
  const back = new Uint32Array(order.length);
  order.forEach((position, i) => (back[position] = i));
  const columns = mapColumns(pieces[0], (_, name) => takeRows(concatenate(pieces.map((piece) => piece[name])), back));
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

function concatenate(columns: readonly ColumnData[]): ColumnData {
  const [first] = columns;
  if (columns.length === 1) return first;
  if (Array.isArray(first)) return (columns as unknown[][]).flat() as ColumnData;
  if (ArrayBuffer.isView(first)) return concatenateValues(columns as Flat[]) as ColumnData;
  const lists = columns as Ragged[];
  const offsets = new Int32Array(1 + lists.reduce((sum, list) => sum + list.offsets.length - 1, 0));
  let row = 0;
  for (const list of lists) {
    const before = offsets[row];
    for (let i = 1; i < list.offsets.length; i++) offsets[++row] = before + list.offsets[i];
  }
  return { offsets, values: concatenateValues(lists.map(({ values }) => values)) as Int32Array };
}

function concatenateValues(arrays: readonly Flat[]): Flat {
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
