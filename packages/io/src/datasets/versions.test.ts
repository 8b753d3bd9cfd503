import { FileMissingError, FormatError, GeneformerError, UnsupportedError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import {
  Field,
  FixedSizeList,
  Int32,
  makeData,
  makeVector,
  RecordBatchStreamWriter,
  Table,
  Uint64,
} from 'apache-arrow';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { fixture, scratch } from '../testing/folder.js';
import type { ColumnData } from './features.js';
import { fromArrowData } from './from-arrow.js';
import { openListColumn } from './list-column.js';
import { openDataset } from './read.js';
import { appendDataset } from './write.js';

const at = scratch();

/** Rows that tools/parity/io-datasets.py wrote, and the rows that Python reads from each folder. */
const rows = JSON.parse(readFileSync(fixture('datasets/rows.json'), 'utf8')) as Record<string, unknown[]>;
const versions = readdirSync(fixture('datasets')).filter((name) => /^\d/.test(name));

/** Returns the values of a column, row by row. */
function values(column: ColumnData): unknown[] {
  if (Array.isArray(column)) return column;
  if (ArrayBuffer.isView(column)) return Array.from(column as ArrayLike<number | bigint>, Number);
  const { offsets, values: all } = column;
  return Array.from(offsets.subarray(1), (end, row) => [...all.subarray(offsets[row], end)]);
}

async function contents(dir: string): Promise<Record<string, unknown[]>> {
  const { features, batches } = await openDataset(dir);
  const found = Object.fromEntries(Object.keys(features).map((name): [string, unknown[]] => [name, []]));
  for await (const batch of batches()) {
    for (const [name, column] of Object.entries(batch.columns)) found[name].push(...values(column));
  }
  return found;
}

async function lists(dir: string, name: string): Promise<number[][]> {
  const column = await openListColumn(dir, name);
  try {
    return Array.from(column.lengths, (length, row) => {
      const target = new Int32Array(length);
      column.read(row, length, target, 0);
      return [...target];
    });
  } finally {
    column.close();
  }
}

test('the fixtures cover every major version', () => {
  expect(versions.map((version) => version.split('.')[0])).toEqual(['1', '2', '2', '3', '4', '5']);
});

describe.each(versions)('a folder of datasets %s', (version) => {
  const dir = fixture(`datasets/${version}`);

  test('has the selected rows in the order in which Python reads them', async () => {
    const found = await contents(dir);
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, rows[name]])));
    expect(Object.keys(found)).toEqual(
      expect.arrayContaining(['cell_type', 'input_ids', 'int16_ids', 'int32_ids', 'length']),
    );
    expect((await openDataset(dir)).rows).toBe(5);
  });

  test('has the same lists when they are read separately', async () => {
    const { features } = await openDataset(dir);
    const names = Object.keys(features).filter((name) => name.endsWith('_ids'));
    for (const name of names) expect(await lists(dir, name)).toEqual(rows[name]);
  });
});

test('the fixtures include large lists, fixed-size lists and large strings', () => {
  const info = readFileSync(fixture('datasets/5.2.0/dataset_info.json'), 'utf8');
  expect(JSON.parse(info)).toMatchObject({
    features: {
      cell_type: { dtype: 'large_string' },
      input_ids: { _type: 'List' },
      large_ids: { _type: 'LargeList' },
      fixed_ids: { _type: 'List', length: 2 },
    },
  });
});

describe('an indices mapping of datasets 1', () => {
  const copy = async (name: string): Promise<string> => {
    await cp(fixture('datasets/1.2.1'), at(name), { recursive: true });
    return at(name);
  };
  const pick = async (dir: string, ...picked: bigint[]): Promise<void> => {
    const table = new Table({
      indices: makeVector(makeData({ type: new Uint64(), data: BigUint64Array.from(picked) })),
    });
    await writeFile(`${dir}/indices.arrow`, await RecordBatchStreamWriter.writeAll(table).toUint8Array());
  };

  test('may select rows several times, in any order, from several shards', async () => {
    const dir = await copy('picked');
    await cp(`${dir}/dataset.arrow`, `${dir}/more.arrow`);
    const state = JSON.parse(await readFile(`${dir}/state.json`, 'utf8')) as { _data_files: object[] };
    state._data_files.push({ filename: 'more.arrow' });
    await writeFile(`${dir}/state.json`, JSON.stringify(state));
    await pick(dir, 11n, 0n, 5n, 6n, 11n, 1n);
    const expected = [[-32768, 32767], [2, 20000, 7], [-32768, 32767], [2, 20000, 7], [-32768, 32767], [9]];
    expect((await contents(dir))['input_ids']).toEqual(expected);
    expect((await contents(dir))['cell_type']).toEqual(['f', 'a', 'f', 'a', 'f', 'b']);
    expect((await contents(dir))['length']).toEqual([2, 3, 2, 3, 2, 1]);
    expect(await lists(dir, 'input_ids')).toEqual(expected);
  });

  test('takes several passes for many rows', async () => {
    const dir = await copy('many');
    const picked = Array.from({ length: 40_000 }, (_, i) => BigInt((i * 7) % 6));
    await pick(dir, ...picked);
    const names = ['a', 'b', 'c', 'd', 'Käfig', 'f'];
    const found = await openDataset(dir, { columns: ['cell_type'] });
    expect(found.rows).toBe(40_000);
    const read: unknown[] = [];
    for await (const { columns } of found.batches()) read.push(...(columns['cell_type'] as string[]));
    expect(read).toEqual(picked.map((row) => names[Number(row)]));
  });

  test('may select nothing', async () => {
    const dir = await copy('nothing');
    await pick(dir);
    expect((await openDataset(dir)).rows).toBe(0);
    expect((await contents(dir))['input_ids']).toEqual([]);
  });

  test('must exist and refer to existing rows', async () => {
    const dir = await copy('beyond');
    await pick(dir, 6n);
    await expect(contents(dir)).rejects.toThrow(/indices\.arrow: indices: refer to row 6 of 6/);
    await expect(lists(dir, 'input_ids')).rejects.toThrow(FormatError);
    await rm(`${dir}/indices.arrow`);
    await expect(contents(dir)).rejects.toThrow(
      /indices\.arrow: .*1 of the 2 files that state\.json names are missing/,
    );
  });

  test('cannot be appended to', async () => {
    await expect(appendDataset(await copy('added'))).rejects.toThrow(UnsupportedError);
  });
});

describe('an invalid state.json', () => {
  const withFiles = async (name: string, files: unknown, more: object = {}): Promise<string> => {
    await cp(fixture('reference.dataset'), at(name), { recursive: true });
    const state = JSON.parse(await readFile(at(`${name}/state.json`), 'utf8')) as object;
    await writeFile(at(`${name}/state.json`), JSON.stringify({ ...state, _data_files: files, ...more }));
    return at(name);
  };
  const [one, two] = ['data-00000-of-00002.arrow', 'data-00001-of-00002.arrow'].map((filename) => ({ filename }));
  const all = [one, two];

  test.each([
    [
      'a shard twice',
      [one, two, one],
      {},
      /_data_files\[2\]: names 'data-00000-of-00002\.arrow' a second time, so its rows would be read twice/,
    ],
    ['a shard a million times', Array.from({ length: 1e6 }, () => one), {}, /_data_files\[1\]: names/],
    [
      'a path that leaves the folder',
      [{ filename: '../x.arrow' }],
      {},
      /_data_files\[0\]: "\.\.\/x\.arrow" does not name a file in this folder/,
    ],
    ['the parent folder', [{ filename: '..' }], {}, /_data_files\[0\]/],
    ['an absolute path', [{ filename: '/etc/passwd' }], {}, /_data_files\[0\]/],
    ['a Windows path', [{ filename: '..\\x.arrow' }], {}, /_data_files\[0\]/],
    ['no name', [null], {}, /_data_files\[0\]: nothing does not name/],
    ['a string instead of the list', 'data-00000-of-00002.arrow', {}, /_data_files: is not a list of files/],
    ['no shard', [], {}, /_data_files: does not name shards in this folder/],
    [
      'indices outside the folder',
      all,
      { _indices_data_files: [{ filename: '../i.arrow' }] },
      /_indices_data_files\[0\]/,
    ],
    [
      'a part of a shard',
      [{ ...one, skip: 0, take: 1 }],
      {},
      /_data_files\[0\]: a part of a shard \(skip, take\) is not supported/,
    ],
  ])('%s', async (name, files, more, message) => {
    const dir = await withFiles(name.replaceAll(' ', '-'), files, more);
    for (const open of [openDataset, (folder: string) => openListColumn(folder, 'input_ids')]) {
      const error: unknown = await open(dir).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(GeneformerError);
      expect((error as Error).message).toMatch(message);
    }
  });

  test('lists the missing shards of an incomplete download', async () => {
    const absent = Array.from({ length: 1e5 }, (_, i) => ({ filename: `data-${i}.arrow` }));
    const dir = await withFiles('partial', [one, two, ...absent]);
    await expect(openDataset(dir)).rejects.toThrow(FileMissingError);
    await expect(openDataset(dir)).rejects.toThrow(
      /data-0\.arrow: .*100000 of the 100002 files that state\.json names are missing \(data-0\.arrow, .* and 99992 more\).*download the dataset again/,
    );
  });

  test('names shards with different columns when the dataset is opened', async () => {
    const dir = await withFiles('differ', [one, two]);
    const table = new Table({ input_ids: makeVector(Int32Array.of(1)) });
    await writeFile(`${dir}/${two.filename}`, await RecordBatchStreamWriter.writeAll(table).toUint8Array());
    await expect(openDataset(dir, { columns: ['input_ids'] })).rejects.toThrow(
      /data-00001-of-00002\.arrow: column 'input_ids': is "int64" here and \{"list":"int64"\} before/,
    );
    await expect(openDataset(dir, { columns: ['length'] })).rejects.toThrow(/column 'length': is missing/);
  });
});

test('lists the splits of a DatasetDict and explains how to open one', async () => {
  const opening = openDataset(fixture('datasets/dict'));
  await expect(opening).rejects.toThrow(UnsupportedError);
  await expect(opening).rejects.toThrow(
    /its splits: train, test\) is not supported; use the folder of one split: .*dict\/train$/,
  );
  expect((await contents(fixture('datasets/dict/test')))['input_ids']).toEqual([[9]]);
});

describe('lengths that are not trusted', () => {
  test('rejects a column longer than its buffer', () => {
    const data = makeData({ type: new Int32(), length: 1000, nullCount: 0, data: Int32Array.of(1, 2) });
    expect(() => fromArrowData('length', 'int64', data, 'shard')).toThrow(/has buffers for 2 of its 1000 values/);
  });

  test('rejects fixed-size lists that exceed the memory', () => {
    const type = new FixedSizeList(2 ** 30, new Field('item', new Int32(), true));
    const child = makeData({ type: new Int32(), data: Int32Array.of(1) });
    const data = makeData({ type, length: 1000, nullCount: 0, child });
    expect(() => fromArrowData('input_ids', { list: 'int64' }, data, 'shard')).toThrow(/has offsets beyond its values/);
  });

  test('rejects a compressed shard', async () => {
    const dir = fixture('datasets/compressed');
    const message =
      /data-00000-of-00001\.arrow: Arrow stream: a compressed record batch is not supported; save the dataset without/;
    await expect(openDataset(dir)).rejects.toThrow(message);
    await expect(openListColumn(dir, 'input_ids')).rejects.toThrow(message);
  });
});
