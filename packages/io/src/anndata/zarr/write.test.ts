import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { denseRows } from '../../testing/dense.js';
import { fixture, scratch } from '../../testing/folder.js';
import { simple } from '../../testing/simple.js';
import { storeContents, storeFolder, writeStore } from '../../testing/zarr-store.js';
import { AnnData } from '../anndata.js';
import { columnAsStrings, toCategorical } from '../data-frame.js';

const at = scratch();

/** Returns the bytes of each file below a folder. */
function filesOf(folder: string): Map<string, Buffer> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return new Map(files.map((name) => [name, readFileSync(join(folder, name))]));
}

/** Sets values of each kind. */
function addAll(adata: AnnData): void {
  const rows = adata.nObs;
  const each = <T>(value: (row: number) => T): T[] => Array.from({ length: rows }, (_, row) => value(row));
  adata.obs.set('predicted', toCategorical(each((row) => (row % 2 ? 'cTEC' : null))));
  adata.obs.set('score', Float32Array.from(each((row) => row / 2)));
  adata.obs.set(
    'maybe new',
    each((row) => (row % 3 ? row % 2 === 0 : null)),
  );
  adata.obs.set(
    'text',
    each((row) => `é${row}`),
  );
  adata.obs.set('count', Int16Array.from(each((row) => 2 * row)), { replace: true });
  adata.obsm.set('X_geneformer', { rows, cols: 3, data: Float32Array.from({ length: 3 * rows }, (_, i) => i) });
  const sparse = {
    rows: 2,
    cols: 3,
    indptr: Int32Array.of(0, 1, 2),
    indices: Int32Array.of(0, 2),
    data: Float32Array.of(1, 2),
  };
  adata.uns.set('geneformer', {
    model: 'V1-10M',
    layer: -1,
    large: 2n ** 53n + 1n,
    exact: true,
    genes: ['TTN', 'PLN'],
    sparse,
  });
}

async function expectAll(adata: AnnData): Promise<void> {
  expect(columnAsStrings(adata.obs.get('predicted'))).toEqual([null, 'cTEC', null, 'cTEC', null, 'cTEC']);
  expect(adata.obs.get('score')).toEqual({ kind: 'number', values: Float64Array.of(0, 0.5, 1, 1.5, 2, 2.5) });
  expect(adata.obs.get('maybe new')).toMatchObject({ values: [null, false, true, null, true, false] });
  expect(adata.obs.get('text')).toMatchObject({ values: ['é0', 'é1', 'é2', 'é3', 'é4', 'é5'] });
  expect(adata.obs.get('count')).toEqual({ kind: 'number', values: Float64Array.of(0, 2, 4, 6, 8, 10) });
  expect(await adata.obsm.get('X_geneformer')).toEqual({
    rows: 6,
    cols: 3,
    data: Float32Array.from({ length: 18 }, (_, i) => i),
  });
  expect(await adata.uns.get('geneformer')).toMatchObject({
    model: 'V1-10M',
    layer: -1,
    large: 2n ** 53n + 1n,
    exact: true,
  });
  expect(await adata.uns.get('geneformer/genes')).toEqual(['TTN', 'PLN']);
  expect(simple(await adata.uns.get('geneformer/sparse'))).toEqual([
    [1, 0, 0],
    [0, 0, 2],
  ]);
}

const metadata = {
  two: ['.zmetadata', 'obs/.zattrs'],
  three: ['zarr.json', 'obs/zarr.json'],
  sharded: ['obs/zarr.json'],
  old: ['obs/.zattrs'],
};
const added = /^(obs\/(predicted|score|maybe new|text|count)|obsm\/X_geneformer|uns\/geneformer)\/|^uns\/\.z/;

describe.each(['two', 'three', 'sharded', 'old'] as const)('a copy of the store %s', (name) => {
  test('has the additions, and every other file as it was, also one that is not part of zarr', async () => {
    const path = writeStore(storeContents(name), at(`${name}.zarr`));
    await using adata = await AnnData.open(path);
    addAll(adata);
    expect(await adata.write(at(`${name}-out.zarr`))).toEqual({ path: at(`${name}-out.zarr`), notes: [] });
    const [before, after] = [filesOf(path), filesOf(at(`${name}-out.zarr`))];
    for (const [key, bytes] of before) {
      if (metadata[name].includes(key) || key.startsWith('obs/count/')) continue;
      expect([key, after.get(key)?.equals(bytes)]).toEqual([key, true]);
    }
    expect([...after.keys()].filter((key) => !before.has(key) && !added.test(key))).toEqual([]);
    await using copy = await AnnData.open(at(`${name}-out.zarr`));
    await expectAll(copy);
    expect(copy.obs.keys()).toEqual([...adata.obs.keys()]);
    expect(await denseRows(copy.blocks())).toEqual(await denseRows(adata.blocks()));
    if (name === 'two' || name === 'three') expect(after.has('uns/unknown/notes.txt')).toBe(true);
  });

  test('replaces the input, and can be read and changed again', async () => {
    const path = writeStore(storeContents(name), at(`${name}-own.zarr`));
    await using adata = await AnnData.open(path);
    const before = await denseRows(adata.blocks());
    addAll(adata);
    expect(await adata.write()).toEqual({ path, notes: [] });
    adata.uns.set('again', 'yes');
    await adata.write();
    expect(await denseRows(adata.blocks())).toEqual(before);
    await using other = await AnnData.open(path);
    await expectAll(other);
    expect([await other.uns.get('again'), other.obs.keys()]).toEqual(['yes', adata.obs.keys()]);
    expect(readdirSync(at('.')).filter((file) => file.includes(`.${name}-own`))).toEqual([]);
  });
});

test('integers beyond 2^53 and unknown metadata of a consolidated store stay as they are written', async () => {
  for (const [name, file] of [
    ['two', '.zmetadata'],
    ['three', 'zarr.json'],
  ] as const) {
    const path = writeStore(storeContents(name), at(`${name}-large.zarr`));
    const large = /"large": 9007199254740993/;
    expect(readFileSync(join(path, file), 'utf8')).toMatch(large);
    await using adata = await AnnData.open(path);
    adata.obs.set('score', new Float32Array(6));
    await adata.write();
    expect(readFileSync(join(path, file), 'utf8')).toMatch(large);
    await using bare = await AnnData.open(path);
    expect(bare.obs.has('score')).toBe(true);
  }
});

describe('a new store', () => {
  test.each([2, 3] as const)('of version %s is made of an h5ad file, which is made of it again', async (zarrFormat) => {
    await using adata = await AnnData.open(fixture('anndata/symbols.h5ad'));
    addAll(adata);
    const path = at(`new-${zarrFormat}.zarr`);
    const { notes } = await adata.write(path, { zarrFormat });
    // Encodings that no version of anndata reads.
    expect(notes).toEqual(["left out: uns['unknown']"]);
    await using store = await AnnData.open(path);
    const parts = ['layers', 'obsm', 'varm', 'obsp', 'varp'] as const;
    for (const part of parts) expect([part, store[part].keys()]).toEqual([part, adata[part].keys()]);
    expect(store.uns.keys()).toEqual(adata.uns.keys().filter((name) => name !== 'unknown'));
    expect([store.format, store.obs.index, store.var.index]).toEqual(['zarr', adata.obs.index, adata.var.index]);
    await expectAll(store);
    expect(await denseRows(store.blocks())).toEqual(await denseRows(adata.blocks()));
    await store.write(at(`back-${zarrFormat}.h5ad`));
    await using back = await AnnData.open(at(`back-${zarrFormat}.h5ad`));
    expect([back.format, back.obs.keys()]).toEqual(['h5ad', adata.obs.keys()]);
    expect(await denseRows(back.blocks())).toEqual(await denseRows(adata.blocks()));
  });

  test('has the same bytes each time, and replaces an earlier store', async () => {
    await using adata = await AnnData.open(fixture('anndata/symbols.h5ad'));
    await adata.write(at('same.zarr'));
    const first = filesOf(at('same.zarr'));
    await adata.write(at('same.zarr'));
    expect(filesOf(at('same.zarr'))).toEqual(first);
  });

  test('is a copy of a store that is not on disk', async () => {
    await using adata = await AnnData.open(storeFolder('memory.zarr', storeContents('three')));
    addAll(adata);
    await adata.write(at('from-memory.zarr'));
    await using copy = await AnnData.open(at('from-memory.zarr'));
    await expectAll(copy);
    await expect(adata.write()).rejects.toThrow('path: is missing, and memory.zarr is not a file on this disk');
  });
});

describe('refuses', () => {
  const opened = async (name: string): Promise<AnnData> => {
    const adata = await AnnData.open(writeStore(storeContents('two'), at(name)));
    adata.obs.set('score', new Float32Array(6));
    return adata;
  };

  test('a path inside the store, the store itself, and a folder with other files', async () => {
    await using adata = await opened('refuse.zarr');
    await expect(adata.write(at('refuse.zarr/uns/copy.zarr'))).rejects.toThrow(/is inside the store that is read/);
    await expect(adata.write(at('refuse.zarr'))).rejects.toThrow(/is the file that is read; call write\(\) without/);
    writeStore(new Map([['notes.txt', new Uint8Array(1)]]), at('mine.zarr'));
    await expect(adata.write(at('mine.zarr'))).rejects.toThrow(
      /holds files that are not part of a zarr store: notes.txt/,
    );
    expect(existsSync(at('mine.zarr/notes.txt'))).toBe(true);
    await expect(adata.write(at('x.zarr'), { zarrFormat: 4 as never })).rejects.toThrow('zarrFormat: 4 is not valid');
  });

  test('a store that changed, or that has a link', async () => {
    await using adata = await opened('changed.zarr');
    writeFileSync(at('changed.zarr/.zmetadata'), '{}');
    await expect(adata.write(at('y.zarr'))).rejects.toThrow(/changed/);
    expect(existsSync(at('y.zarr'))).toBe(false);
    await using other = await opened('linked.zarr');
    symlinkSync('/etc/hosts', at('linked.zarr/uns/hosts'));
    await expect(other.write(at('z.zarr'))).rejects.toThrow(
      /linked.zarr: uns\/hosts: a link inside a zarr store is not/,
    );
    expect(readdirSync(at('.')).filter((file) => file.includes('z.zarr'))).toEqual([]);
  });

  test('a name that zarr reserves, and a stop on request', async () => {
    await using adata = await opened('reserved.zarr');
    adata.uns.set('.zgroup', 1);
    await expect(adata.write(at('r.zarr'))).rejects.toThrow(/is a name that zarr reserves; use another name/);
    await using other = await opened('stopped.zarr');
    await expect(other.write(at('s.zarr'), { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
    expect(existsSync(at('s.zarr'))).toBe(false);
  });
});
