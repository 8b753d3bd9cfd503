import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { denseRows } from '../../testing/dense.js';
import { fixture, scratch } from '../../testing/folder.js';
import type { Elements } from '../../testing/elements.js';
import { simple } from '../../testing/simple.js';
import { storeContents, storeFolder, writeStore } from '../../testing/zarr-store.js';
import { AnnData } from '../anndata.js';
import { type Column, columnAsStrings } from '../data-frame.js';
import { openAnnData } from '../open.js';

const at = scratch();

function json<T>(name: string): T {
  return JSON.parse(readFileSync(fixture(`zarr/${name}.json`), 'utf8')) as T;
}

const expected = json<Elements>('elements');
const stores = ['two', 'three', 'sharded'];
const paths = new Map(
  [...stores, 'old', 'codecs-2', 'codecs-3'].map((name) => [name, writeStore(storeContents(name), at(`${name}.zarr`))]),
);

function valuesOf(column: Column): unknown[] {
  return column.kind === 'number' ? Array.from(column.values) : columnAsStrings(column);
}

describe.each(stores)('a store of AnnData, %s', (name) => {
  test('has every part as anndata reads it', async () => {
    await using adata = await AnnData.open(paths.get(name)!);
    expect([adata.nObs, adata.nVars, adata.format, adata.path]).toEqual([6, 4, 'zarr', paths.get(name)]);
    expect(await denseRows(adata.X.blocks())).toEqual(expected.X);
    expect(await denseRows(adata.blocks({ rows: 2 }))).toEqual(expected.X);
    for (const group of ['obsm', 'varm', 'obsp'] as const) {
      expect(adata[group].keys().sort()).toEqual(Object.keys(expected[group]).sort());
      for (const [key, value] of Object.entries(expected[group])) {
        expect([key, simple(await adata[group].get(key))]).toEqual([key, value]);
      }
    }
    for (const [key, value] of Object.entries(expected.uns)) {
      expect([key, simple(await adata.uns.get(key))]).toEqual([key, value]);
    }
    expect(adata.layers.keys()).toEqual(Object.keys(expected.layers).sort());
    for (const [key, value] of Object.entries(expected.layers)) {
      expect(await denseRows((await adata.layers.get(key)).blocks({ rows: 4 }))).toEqual(value);
    }
    const raw = (await adata.raw)!;
    expect([await denseRows(raw.blocks()), raw.var.index]).toEqual([expected.raw, expected.rawVar]);
  });

  test('has every kind of column', async () => {
    await using adata = await AnnData.open(paths.get(name)!);
    expect(Object.fromEntries(adata.obs.keys().map((key) => [key, valuesOf(adata.obs.get(key))]))).toEqual({
      label: ['cTEC', 'mTEC', null, 'mTEC', 'cTEC', 'Käfig'],
      count: [0, 1, 2, 3, 4, 5],
      age: [1, NaN, 3, 4, 5, NaN],
      maybe: ['true', null, 'false', 'true', null, 'true'],
      kept: ['true', 'false', 'true', 'true', 'false', 'false'],
      note: ['a', 'bé', '', 'd', 'e', 'longer text'],
    });
    expect(adata.obs.index.slice(0, 2)).toEqual(['cell-0', 'cell-1']);
    expect(await adata.countLayers!()).toEqual(['raw', 'counts', 'dense']);
  });

  test('is read equally from a path and from a folder that is not on disk', async () => {
    await using adata = await AnnData.open(storeFolder('memory.zarr', storeContents(name)));
    expect([adata.path, adata.reopen]).toEqual(['memory.zarr', undefined]);
    expect(await denseRows(adata.blocks({ rows: 5 }))).toEqual(expected.X);
    expect(simple(await adata.obsm.get('X_pca'))).toEqual(expected.obsm['X_pca']);
  });

  test('is opened again by a thread that reads rows, unless it changed', async () => {
    const adata = await AnnData.open(paths.get(name)!);
    const { path, options } = adata.reopen!;
    await adata.close();
    const rows = await openAnnData(path, options);
    expect(await denseRows(rows.blocks({ rows: 3 }))).toEqual(expected.X);
    await rows.close();
    await expect(openAnnData(path, { ...options, version: 'another' })).rejects.toThrow(/changed or was replaced/);
  });
});

test('a consolidated store is read without a list of its files, others need it', async () => {
  const { list: _, ...folder } = storeFolder('two.zarr', storeContents('two'));
  await using adata = await AnnData.open(folder);
  expect(await denseRows(adata.blocks())).toEqual(expected.X);
  const { list: __, ...bare } = storeFolder('bare.zarr', storeContents('sharded'));
  await expect(AnnData.open(bare)).rejects.toThrow(
    /^bare.zarr: metadata: a store that is not consolidated and cannot be listed is not supported; consolidate/,
  );
});

test('structured arrays of both versions are read as one list per member', async () => {
  for (const name of ['two', 'three']) {
    await using adata = await AnnData.open(paths.get(name)!);
    expect(await adata.uns.get('records')).toEqual({ name: ['TTN', 'PLN'], score: Float64Array.of(1.5, 2.5) });
  }
});

test('the encoding of anndata 0.7, in nested keys, Fortran order and big-endian numbers', async () => {
  await using adata = await AnnData.open(paths.get('old')!);
  expect(await denseRows(adata.blocks({ rows: 4 }))).toEqual(expected.X);
  expect(await denseRows((await adata.layers.get('dense')).blocks())).toEqual(expected.layers['dense']);
  expect(adata.obs.get('label')).toMatchObject({ categories: ['cTEC', 'mTEC', 'Käfig'] });
  expect(valuesOf(adata.obs.get('count'))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(simple(await adata.obsm.get('X_pca'))).toEqual(expected.obsm['X_pca']);
});

describe.each([2, 3])('arrays of version %s', (version) => {
  const values = json<Record<string, Record<string, unknown>>>('codecs')[version];

  test.each(Object.keys(values))('%s', async (name) => {
    await using adata = await AnnData.open(paths.get(`codecs-${version}`)!);
    const read = simple(await adata.uns.get(name));
    const filled = name.startsWith('fill')
      ? (values[name] as string[]).map((text) => Number(text.replace('inf', 'Infinity').replace('nan', 'NaN')))
      : values[name];
    const numbers = (value: unknown): unknown =>
      Array.isArray(value) && typeof value[0] === 'bigint' ? value.map(Number) : value;
    expect(numbers(read)).toEqual(filled);
  });
});
