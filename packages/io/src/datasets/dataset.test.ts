import { ArgumentError, FieldMissingError, FileMissingError, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { temporaryBeside } from '@geneformer-ts/core/node';
import { describe, expect, test } from '@jest/globals';
import { type Data, Field, Float64, Int64, List, makeData, Uint32, Uint64 } from 'apache-arrow';
import fc from 'fast-check';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixture, scratch } from '../testing/folder.js';
import type { ColumnData, Feature, Ragged, RecordBatchColumns } from './features.js';
import { fromArrowData } from './from-arrow.js';
import { openDataset } from './read.js';
import { widen } from './to-arrow.js';
import { createDataset } from './write.js';

const at = scratch();

const features: Record<string, Feature> = {
  input_ids: { list: 'int64' },
  counts: { list: 'float32' },
  length: 'int64',
  share: 'float64',
  cell_type: 'string',
  kept: 'bool',
};

function ragged<T extends Int32Array | Float32Array>(lists: number[][], Type: { from(values: number[]): T }): Ragged {
  const offsets = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => (offsets[i + 1] = offsets[i] + list.length));
  return { offsets, values: Type.from(lists.flat()) };
}

interface Row {
  ids: number[];
  share: number;
  type: string | null;
  kept: boolean | null;
}

function batch(rows: Row[]): RecordBatchColumns {
  return {
    rows: rows.length,
    columns: {
      input_ids: ragged(
        rows.map((row) => row.ids),
        Int32Array,
      ),
      counts: ragged(
        rows.map((row) => row.ids.map((id) => id / 2)),
        Float32Array,
      ),
      length: BigInt64Array.from(rows, (row) => BigInt(row.ids.length)),
      share: Float64Array.from(rows, (row) => row.share),
      cell_type: rows.map((row) => row.type),
      kept: rows.map((row) => row.kept),
    },
  };
}

async function collect(dir: string, columns?: string[]): Promise<RecordBatchColumns[]> {
  const dataset = await openDataset(dir, columns ? { columns } : {});
  const batches: RecordBatchColumns[] = [];
  for await (const one of dataset.batches()) batches.push(one);
  return batches;
}

const row: fc.Arbitrary<Row> = fc.record({
  ids: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 5 }),
  share: fc.double(),
  type: fc.option(fc.string({ unit: 'binary' })),
  kept: fc.option(fc.boolean()),
});

describe('a dataset', () => {
  test('reads back the appended rows for any rows, batches and shards', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(row, { minLength: 1, maxLength: 70 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 90 }),
        async (groups, rowsPerShard) => {
          const writer = await createDataset(at('any'), features, { rowsPerShard, metadata: { vocabulary: 'V1' } });
          for (const group of groups) await writer.append(batch(group));
          await writer.close();
          const dataset = await openDataset(at('any'));
          expect(dataset.features).toEqual(features);
          expect(dataset.rows).toBe(groups.flat().length);
          expect(dataset.metadata).toEqual({ vocabulary: 'V1' });
          expect(await collect(at('any'))).toEqual(groups.map(batch));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('has the layout of datasets', async () => {
    const writer = await createDataset(at('layout'), features, { rowsPerShard: 2 });
    const rows: Row[] = [1, 2, 3].map((n) => ({ ids: [n], share: n, type: 'a', kept: true }));
    for (const one of rows) await writer.append(batch([one]));
    await writer.close();
    expect(await readdir(at('layout'))).toEqual([
      'data-00000-of-00002.arrow',
      'data-00001-of-00002.arrow',
      'dataset_info.json',
      'state.json',
    ]);
    const info = JSON.parse(await readFile(at('layout/dataset_info.json'), 'utf8')) as { features: object };
    expect(info.features).toMatchObject({
      input_ids: { feature: { dtype: 'int64', _type: 'Value' }, _type: 'Sequence' },
      cell_type: { dtype: 'string', _type: 'Value' },
    });
    const state = JSON.parse(await readFile(at('layout/state.json'), 'utf8')) as Record<string, unknown>;
    expect(state['_fingerprint']).toMatch(/^[0-9a-f]{16}$/);
    expect(state['_data_files']).toEqual([
      { filename: 'data-00000-of-00002.arrow' },
      { filename: 'data-00001-of-00002.arrow' },
    ]);
  });

  test('writes the same bytes for the same rows, and another fingerprint for other rows', async () => {
    const write = async (name: string, id: number): Promise<string> => {
      const writer = await createDataset(at(name), features);
      await writer.append(batch([{ ids: [id], share: 0, type: 'x', kept: null }]));
      await writer.close();
      const state = await readFile(at(`${name}/state.json`), 'utf8');
      return state + (await readFile(at(`${name}/data-00000-of-00001.arrow`), 'base64'));
    };
    const first = await write('one', 7);
    expect(await write('two', 7)).toBe(first);
    expect((await write('three', 8)).slice(0, 300)).not.toBe(first.slice(0, 300));
  });

  test('has a fingerprint that depends on the rows, not on their batches and shards', async () => {
    const rows: Row[] = [
      { ids: [1, 2], share: 0.5, type: 'a', kept: true },
      { ids: [], share: 1, type: 'bc', kept: null },
      { ids: [3], share: 2, type: null, kept: false },
    ];
    const fingerprintOf = async (batches: Row[][], options: object = {}): Promise<unknown> => {
      const writer = await createDataset(at('batches'), features, options);
      for (const some of batches) await writer.append(batch(some));
      await writer.close();
      return (JSON.parse(await readFile(at('batches/state.json'), 'utf8')) as Record<string, unknown>)['_fingerprint'];
    };
    const whole = await fingerprintOf([rows]);
    expect(await fingerprintOf([rows.slice(0, 1), rows.slice(1)])).toBe(whole);
    expect(await fingerprintOf([rows], { rowsPerShard: 1 })).toBe(whole);
    const others: Partial<Row>[] = [
      { ids: [1], share: 0.5 },
      { share: 0.25 },
      { type: 'ab' },
      { type: null },
      { kept: false },
    ];
    for (const other of others) {
      expect(await fingerprintOf([[{ ...rows[0], ...other }, ...rows.slice(1)]])).not.toBe(whole);
    }
    // The same text and the same numbers, divided between the rows in another way.
    const [first, second, third] = rows;
    expect(await fingerprintOf([[{ ...first, type: 'ab' }, { ...second, type: 'c' }, third]])).not.toBe(whole);
    expect(await fingerprintOf([[{ ...first, ids: [1] }, { ...second, ids: [2] }, third]])).not.toBe(whole);
    expect(await fingerprintOf([[second, first, third]])).not.toBe(whole);
  });

  test('appears only on close, never on abort; an earlier dataset stays until then', async () => {
    const before = await createDataset(at('whole/set'), { length: 'int64' });
    await before.append({ rows: 1, columns: { length: Int32Array.of(1) } });
    await before.close();

    const writer = await createDataset(at('whole/set'), { length: 'int64' });
    await writer.append({ rows: 2, columns: { length: Int32Array.of(2, 3) } });
    expect((await openDataset(at('whole/set'))).rows).toBe(1);
    await writer.abort();
    expect(await readdir(at('whole'))).toEqual(['set']);
    expect((await openDataset(at('whole/set'))).rows).toBe(1);
  });

  test('contains no files of a killed writer with the same process id, which is common in containers', async () => {
    const path = at('reborn/set');
    const next = temporaryBeside(path).replace(/\d+(?=\.tmp$)/, (serial) => String(Number(serial) + 1));
    await mkdir(next, { recursive: true });
    await writeFile(join(next, 'shard-1'), 'half');
    const writer = await createDataset(path, { length: 'int64' });
    await writer.append({ rows: 1, columns: { length: Int32Array.of(1) } });
    await writer.close();
    expect(await readdir(path)).toEqual(['data-00000-of-00001.arrow', 'dataset_info.json', 'state.json']);
    expect(await readdir(at('reborn'))).toEqual(['set']);
  });
});

describe('a folder written by datasets', () => {
  test('reads the values that Python reads', async () => {
    const dataset = await openDataset(fixture('reference.dataset'));
    expect(dataset.rows).toBe(4);
    expect(dataset.metadata).toEqual({});
    const batches = await collect(fixture('reference.dataset'));
    expect(batches.map((one) => one.columns['cell_type'] as unknown[]).flat()).toEqual(['cTEC', null, 'mTEC', 'Käfig']);
    expect(batches.map((one) => one.columns['kept'] as unknown[]).flat()).toEqual([true, false, null, true]);
    expect(batches.flatMap((one) => [...(one.columns['share'] as Float64Array)])).toEqual([0.5, NaN, -1.25, 2]);
    expect(batches.flatMap((one) => [...(one.columns['length'] as BigInt64Array)])).toEqual([4n, 2n, 0n, 3n]);
    const lists = batches.map((one) => one.columns['input_ids'] as Ragged);
    expect(lists.map((list) => [...list.offsets])).toEqual([
      [0, 4, 6],
      [0, 0, 3],
    ]);
    expect(lists.flatMap((list) => [...list.values])).toEqual([2, 20000, 7, 3, 2, 3, 5, 6, 7]);
  });

  test('reads only the requested columns and lists the available ones', async () => {
    const [first] = await collect(fixture('reference.dataset'), ['length']);
    expect(Object.keys(first.columns)).toEqual(['length']);
    await expect(openDataset(fixture('reference.dataset'), { columns: ['donor'] })).rejects.toThrow(FieldMissingError);
  });
});

describe('batches that do not match the features', () => {
  const cases: [string, string, ColumnData | undefined, RegExp][] = [
    ['a missing column', 'length', undefined, /column 'length': is missing from the batch/],
    ['another length', 'length', Int32Array.of(1, 2), /has 2 rows but the batch has 1/],
    ['another kind', 'length', ['1'], /should be a BigInt64Array or Int32Array/],
    ['a flat list', 'input_ids', Int32Array.of(1), /should be ragged/],
    [
      'offsets past the end of the values',
      'input_ids',
      { offsets: Int32Array.of(0, 5), values: Int32Array.of(1) },
      /offsets from 0 to 5/,
    ],
    [
      'a list of another kind',
      'counts',
      { offsets: Int32Array.of(0, 1), values: Int32Array.of(1) },
      /in a Float32Array/,
    ],
    ['an unknown column', 'donor', ['d'], /column 'donor': is not among the features/],
  ];

  test.each(cases)('%s', async (_, name, column, message) => {
    const writer = await createDataset(at('unfit/set'), features);
    const good = batch([{ ids: [1], share: 1, type: 'a', kept: true }]);
    const columns = { ...good.columns, [name]: column } as Record<string, ColumnData>;
    if (column === undefined) delete columns[name];
    const append = writer.append({ rows: 1, columns });
    await expect(append).rejects.toThrow(ArgumentError);
    await expect(append).rejects.toThrow(message);
    await writer.abort();
    expect(await readdir(at('unfit'))).toEqual([]);
  });
});

describe('invalid folders', () => {
  test('rejects a missing folder and a folder without its JSON files', async () => {
    await expect(openDataset(at('none'))).rejects.toThrow(FileMissingError);
    await mkdir(at('folder'));
    await expect(openDataset(at('folder'))).rejects.toThrow(FileMissingError);
    await expect(openDataset(at('folder'))).rejects.toThrow(
      /folder\/state.json: no such file or folder; check that datasets.save_to_disk wrote this folder/,
    );
    await cp(fixture('reference.dataset'), at('nojson'), { recursive: true });
    await writeFile(at('nojson/state.json'), '{');
    await expect(openDataset(at('nojson'))).rejects.toThrow(/state.json: file: is not JSON/);
  });

  test('lists the datasets of a DatasetDict', async () => {
    await cp(fixture('reference.dataset'), at('both/train'), { recursive: true });
    await writeFile(at('both/dataset_dict.json'), JSON.stringify({ splits: ['train', 'test'] }));
    await expect(openDataset(at('both'))).rejects.toThrow(UnsupportedError);
    await expect(openDataset(at('both'))).rejects.toThrow(
      /a DatasetDict .*its splits: train, test.*use the folder of one split: .*both\/train/,
    );
  });

  test('rejects shards outside the folder', async () => {
    await cp(fixture('reference.dataset'), at('outside'), { recursive: true });
    await writeFile(at('outside/state.json'), JSON.stringify({ _data_files: [{ filename: '../secret.arrow' }] }));
    await expect(openDataset(at('outside'))).rejects.toThrow(
      /_data_files\[0\]: "\.\.\/secret\.arrow" does not name a file in this folder/,
    );
  });

  test('names a shard that is incomplete or not Arrow', async () => {
    await cp(fixture('reference.dataset'), at('cut'), { recursive: true });
    const shard = at('cut/data-00001-of-00002.arrow');
    const whole = await readFile(shard);
    await writeFile(shard, whole.subarray(0, whole.length - 300));
    await expect(collect(at('cut'))).rejects.toThrow(FormatError);
    await writeFile(shard, 'not arrow at all');
    await expect(collect(at('cut'))).rejects.toThrow(/data-00001-of-00002.arrow: Arrow stream/);
  });

  test('keeps all bits of a 64-bit integer outside a list', async () => {
    const writer = await createDataset(at('wide'), { length: 'int64' });
    await writer.append({ rows: 1, columns: { length: BigInt64Array.of(2n ** 40n) } });
    await writer.close();
    expect((await collect(at('wide')))[0].columns['length']).toEqual(BigInt64Array.of(2n ** 40n));
  });
});

test('rejects a token id that does not fit 32 bits instead of truncating it', () => {
  const type = new List(new Field('item', new Int64(), true));
  const list = (...values: bigint[]): Data =>
    makeData({
      type,
      length: 1,
      nullCount: 0,
      valueOffsets: Int32Array.of(0, values.length),
      child: makeData({ type: new Int64(), data: BigInt64Array.from(values) }),
    });
  const read = (data: Data): ColumnData => fromArrowData('input_ids', { list: 'int64' }, data, 'shard');
  expect(read(list(-1n, 2n ** 31n - 1n))).toEqual({
    offsets: Int32Array.of(0, 2),
    values: Int32Array.of(-1, 2 ** 31 - 1),
  });
  expect(() => read(list(2n ** 31n))).toThrow(/contains 2147483648, which does not fit a 32-bit integer/);
  expect(() => read(list(2n ** 32n))).toThrow(FormatError);
});

describe('numbers that do not fit the arrays of this package are rejected', () => {
  const list = (child: Data): Data =>
    makeData({
      type: new List(new Field('item', child.type, true)),
      length: 1,
      nullCount: 0,
      valueOffsets: Int32Array.of(0, child.length),
      child,
    });
  const read = (feature: Feature, data: Data): ColumnData => fromArrowData('c', feature, data, 'shard');
  const uint32 = (...values: number[]) => makeData({ type: new Uint32(), data: Uint32Array.from(values) });
  const uint64 = (...values: bigint[]) => makeData({ type: new Uint64(), data: BigUint64Array.from(values) });
  const float64 = (...values: number[]) => makeData({ type: new Float64(), data: Float64Array.from(values) });

  test('lists of unsigned integers', () => {
    const kept = { values: Int32Array.of(0, 2 ** 31 - 1) };
    expect(read({ list: 'int64' }, list(uint32(0, 2 ** 31 - 1)))).toMatchObject(kept);
    expect(read({ list: 'int64' }, list(uint64(0n, 2n ** 31n - 1n)))).toMatchObject(kept);
    const message = "shard: column 'c': contains 2147483653, which does not fit a 32-bit integer";
    expect(() => read({ list: 'int64' }, list(uint32(1, 2147483653)))).toThrow(message);
    expect(() => read({ list: 'int64' }, list(uint64(2147483653n)))).toThrow(message);
  });

  test('columns of unsigned 64-bit integers', () => {
    expect(read('int64', uint64(2n ** 63n - 1n))).toEqual(BigInt64Array.of(2n ** 63n - 1n));
    expect(() => read('int64', uint64(1n, 2n ** 63n))).toThrow(
      'contains 9223372036854775808, which does not fit a signed 64-bit integer',
    );
  });

  test('lists of 64-bit floating-point numbers are rounded to 32 bits and never become infinite', () => {
    const values = Float32Array.of(0.1, NaN, -Infinity, 3e38);
    expect(read({ list: 'float32' }, list(float64(0.1, NaN, -Infinity, 3e38)))).toMatchObject({ values });
    expect(() => read({ list: 'float32' }, list(float64(1, -1e300)))).toThrow(
      'contains -1e+300, which does not fit a 32-bit number',
    );
  });
});

test('rejects offsets that decrease or extend past the values', () => {
  const type = new List(new Field('item', new Int64(), true));
  const list = (...valueOffsets: number[]): Data =>
    makeData({
      type,
      length: valueOffsets.length - 1,
      nullCount: 0,
      valueOffsets: Int32Array.from(valueOffsets),
      child: makeData({ type: new Int64(), data: new BigInt64Array(5) }),
    });
  const read = (data: Data): ColumnData => fromArrowData('input_ids', { list: 'int64' }, data, 'shard');
  expect(read(list(1, 3, 5))).toMatchObject({ offsets: Int32Array.of(0, 2, 4) });
  for (const wrong of [list(0, 4, 2), list(0, -1, 5), list(-1, 2, 3), list(0, 2, 6)]) {
    expect(() => read(wrong)).toThrow(FormatError);
    expect(() => read(wrong)).toThrow(/column 'input_ids': has offsets/);
  }
});

test('widen keeps the sign', () => {
  expect(widen(Int32Array.of(0, -1, 2 ** 31 - 1, -(2 ** 31)), new BigInt64Array(4))).toEqual(
    BigInt64Array.of(0n, -1n, 2n ** 31n - 1n, -(2n ** 31n)),
  );
});
