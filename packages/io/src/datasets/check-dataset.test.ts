import { ArgumentError, FileAccessError, ForeignFilesError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { readdirSync, writeFileSync } from 'node:fs';
import { scratch } from '../testing/folder.js';
import type { ColumnData, Feature, RecordBatchColumns } from './features.js';
import { openListColumn } from './list-column.js';
import { openDataset } from './read.js';
import { createDataset, type DatasetOptions } from './write.js';

const at = scratch();
const lists: Record<string, Feature> = { ids: { list: 'int64' } };
const ids = (offsets: ArrayLike<number>, ...values: number[]): RecordBatchColumns => ({
  rows: offsets.length - 1,
  columns: { ids: { offsets: offsets as Int32Array, values: Int32Array.from(values) } },
});

async function rowsOf(name: string): Promise<number[][]> {
  const column = await openListColumn(at(name), 'ids');
  const rows = Array.from(column.lengths, (length, row) => {
    const target = new Int32Array(length);
    column.read(row, length, target, 0);
    return [...target];
  });
  column.close();
  return rows;
}

describe('createDataset refuses', () => {
  const cases: [string, unknown, DatasetOptions, RegExp][] = [
    [
      'a type of list items that it would write as another',
      { x: { list: 'int32' } },
      {},
      /column 'x': type {"list":"int32"} is not supported; use 'int64'/,
    ],
    ['an unknown type', { x: 'int32' }, {}, /column 'x': type int32 is not supported; use 'int64', 'float64'/],
    ['no type', { x: null }, {}, /column 'x': type null is not supported/],
    ['a column without a name, which its reader refuses', { '': 'int64' }, {}, /column '': is not a valid name/],
    ['a name that UTF-8 cannot hold', { 'a\ud800': 'int64' }, {}, /column .* is not a valid name/],
    ['features of another kind', 'length', {}, /features: "length" is not valid; use a type per column/],
    ['no features', {}, {}, /features: are empty; name at least one column/],
    [
      'shards without an end',
      lists,
      { rowsPerShard: NaN },
      /rowsPerShard: NaN is not valid; use an integer of at least 1/,
    ],
    ['shards of -1 rows', lists, { rowsPerShard: -1 }, /rowsPerShard: -1 is not valid/],
    [
      'metadata that are not strings',
      lists,
      { metadata: { a: { b: 1 } as unknown as string } },
      /metadata 'a': "Object" is not valid; use a string/,
    ],
    [
      'metadata of 64 bits',
      lists,
      { metadata: { a: 1n as unknown as string } },
      /metadata 'a': "1n" is not valid; use a string/,
    ],
  ];
  test.each(cases)('%s', async (_, features, options, message) => {
    const creating = createDataset(at('refused'), features as Record<string, Feature>, options);
    await expect(creating).rejects.toThrow(ArgumentError);
    await expect(creating).rejects.toThrow(message);
    expect(readdirSync(at('')).filter((name) => name.includes('refused'))).toEqual([]);
  });

  test.each([
    [5, /path: 5 is not valid; use the path of a folder/],
    ['a\0b', /path 'a\\u0000b': holds a null character; remove it/],
  ])('the path %j', async (path, message) => {
    await expect(createDataset(path as string, lists)).rejects.toThrow(ArgumentError);
    await expect(createDataset(path as string, lists)).rejects.toThrow(message);
  });
});

describe('append refuses', () => {
  const cases: [string, Feature, unknown, RegExp][] = [
    [
      'offsets of another type, whose bytes are other numbers',
      { list: 'int64' },
      ids(Float64Array.of(0, 1, 2), 5, 6).columns['ids'],
      /column 'x': should have offsets in an Int32Array/,
    ],
    [
      'offsets that decrease, which its reader refuses',
      { list: 'int64' },
      ids(Int32Array.of(0, 2, 1), 5).columns['ids'],
      /column 'x': has offsets that decrease from 2 to 1 at 2/,
    ],
    [
      'negative offsets',
      { list: 'int64' },
      ids(Int32Array.of(0, -4, 3), 5, 6, 7).columns['ids'],
      /has offsets that decrease from 0 to -4 at 1/,
    ],
    ['texts as booleans', 'bool', ['true', true], /column 'x': has true in row 0, not true, false or null/],
    [
      'a missing boolean that is not null',
      'bool',
      [true, undefined],
      /column 'x': has undefined in row 1, not true, false or null/,
    ],
    ['numbers as texts', 'string', ['a', 1], /column 'x': has 1 in row 1, not a string or null/],
    [
      'a text that UTF-8 cannot hold',
      'string',
      ['a', 'a\ud800b'],
      /column 'x': has 'a\\ud800b' in row 1, with an unpaired surrogate/,
    ],
    ['null', 'string', null, /column 'x': is missing from the batch/],
  ];
  test.each(cases)('%s', async (_, feature, column, message) => {
    const writer = await createDataset(at('rows'), { x: feature });
    const appending = writer.append({ rows: 2, columns: { x: column as ColumnData } });
    await expect(appending).rejects.toThrow(ArgumentError);
    await expect(appending).rejects.toThrow(message);
    await writer.abort();
  });

  test('a batch without rows or columns', async () => {
    const writer = await createDataset(at('batches'), lists);
    await expect(writer.append(null as unknown as RecordBatchColumns)).rejects.toThrow(/batch: null is not valid; use/);
    const { columns } = ids([0, 1], 5);
    await expect(writer.append({ columns } as RecordBatchColumns)).rejects.toThrow(
      /batch: rows: undefined is not valid/,
    );
    await writer.append(ids(Int32Array.of(0, 1), 5));
    await writer.close();
    expect(await rowsOf('batches')).toEqual([[5]]);
  });
});

describe('the calls of a writer', () => {
  const one = (value: number): RecordBatchColumns => ids(Int32Array.of(0, 1), value);

  test('an append that is not awaited is refused, and the dataset is not written without it', async () => {
    const writer = await createDataset(at('at once'), lists, { rowsPerShard: 1 });
    const results = await Promise.allSettled([1, 2, 3].map((value) => writer.append(one(value))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    await expect(writer.close()).rejects.toThrow(
      /append: was called before the call before it had ended; await every append, then close; abort this dataset/,
    );
    await writer.abort();
    expect(readdirSync(at('')).filter((name) => name.includes('at once'))).toEqual([]);
  });

  test('a close during an append is refused', async () => {
    const writer = await createDataset(at('closing'), lists);
    const appending = writer.append(one(1));
    await expect(writer.close()).rejects.toThrow(/close: was called before the call before it had ended/);
    await appending;
    await writer.abort();
  });

  test('closing twice is allowed, and an abort after it changes nothing', async () => {
    const writer = await createDataset(at('twice'), lists);
    await writer.append(one(7));
    await writer.close();
    await writer.close();
    await writer.abort();
    expect(await rowsOf('twice')).toEqual([[7]]);
    await expect(writer.append(one(8))).rejects.toThrow(
      /append: the dataset was closed; begin a new one with createDataset or appendDataset/,
    );
    expect(await rowsOf('twice')).toEqual([[7]]);
  });

  test('nothing follows an abort', async () => {
    const writer = await createDataset(at('aborted'), lists);
    await writer.abort();
    await expect(writer.append(one(8))).rejects.toThrow(/append: the dataset was aborted/);
    await expect(writer.close()).rejects.toThrow(/close: the dataset was aborted/);
    await writer.abort();
  });

  test('a refused batch leaves the rows before it', async () => {
    const writer = await createDataset(at('after'), lists);
    await writer.append(one(1));
    await expect(writer.append(ids(Int32Array.of(0, 5), 5))).rejects.toThrow(ArgumentError);
    await writer.append(one(2));
    await writer.close();
    expect(await rowsOf('after')).toEqual([[1], [2]]);
  });

  test('rows that are still on their way to the disk stay as they are when a batch is refused', async () => {
    const many = 1 << 21;
    const filled = (value: number): RecordBatchColumns => ({
      rows: 1,
      columns: { ids: { offsets: Int32Array.of(0, many), values: new Int32Array(many).fill(value) } },
    });
    const writer = await createDataset(at('on the way'), lists);
    await writer.append(filled(7));
    await expect(writer.append(ids(Int32Array.of(0, 5), 1))).rejects.toThrow(ArgumentError);
    await writer.append(filled(9));
    await writer.close();
    const rows = await rowsOf('on the way');
    expect(rows.map((row) => row.filter((id) => id === row[0]).length)).toEqual([many, many]);
    expect(rows.map((row) => row[0])).toEqual([7, 9]);
  });

  test('a failed close is the failure of the next one', async () => {
    const writer = await createDataset(at('foreign'), lists);
    await writer.append(one(1));
    const other = await createDataset(at('foreign'), lists);
    await other.close();
    writeFileSync(at('foreign/notes.txt'), 'mine');
    await expect(writer.close()).rejects.toThrow(ForeignFilesError);
    await expect(writer.close()).rejects.toThrow(ForeignFilesError);
    await writer.abort();
    expect(readdirSync(at('foreign'))).toContain('notes.txt');
  });
});

describe('a read of a list column', () => {
  test.each([
    [
      'more numbers than the row has',
      [0, 3, new Int32Array(3), 0],
      /read: count: 3 is not valid; use at most 1, the length of row 0/,
    ],
    ['a row after the last', [9, 1, new Int32Array(1), 0], /read: row: 9 is not valid; use a row below 2/],
    ['a negative row', [-1, 1, new Int32Array(1), 0], /read: row: -1 is not valid/],
    [
      'a target that is too small',
      [1, 3, new Int32Array(2), 0],
      /read: target: has no place for 3 numbers from 0 on; use an Int32Array/,
    ],
    ['a place outside the target', [1, 3, new Int32Array(3), 1], /read: target: has no place for 3 numbers from 1 on/],
    ['a target of another type', [1, 3, new Uint8Array(3), 0], /read: target: has no place/],
  ])('of %s is refused', async (_, args, message) => {
    const writer = await createDataset(at('read'), lists);
    await writer.append(ids(Int32Array.of(0, 1, 4), 7, 100, 200, 300));
    await writer.close();
    const column = await openListColumn(at('read'), 'ids');
    const read = (): void => column.read(...(args as Parameters<typeof column.read>));
    expect(read).toThrow(ArgumentError);
    expect(read).toThrow(message);
    column.close();
    expect(() => column.read(0, 1, new Int32Array(1), 0)).toThrow(FileAccessError);
  });
});

test('openDataset names a folder of another kind', async () => {
  await expect(openDataset(undefined as unknown as string)).rejects.toThrow(
    /folder: undefined is not valid; use the path of a folder, or { name, open }/,
  );
});
