import { ArgumentError, FieldMissingError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { denseRows } from '../testing/dense.js';
import { fixture, scratch } from '../testing/folder.js';
import { treeOf } from '../testing/hdf5-tree.js';
import { simple } from '../testing/simple.js';
import { storeContents, writeStore } from '../testing/zarr-store.js';
import { AnnData } from './anndata.js';
import type { RawContents } from './raw-part.js';

const at = scratch();
const CELLS = 6;
const replace = { replace: true };
const genes = ['AIRE', 'FEZF2', 'PLN', 'TTN', 'MYH7'];
const rows = Array.from({ length: CELLS }, (_, row) => genes.map((_, col) => (row === col ? row + 1 : 0)));
const PCs = { rows: genes.length, cols: 2, data: Float32Array.from({ length: 2 * genes.length }, (_, i) => i) };

/** Returns a value of `raw` with five genes, dense or as compressed rows. */
function contents(storage: 'dense' | 'sparse'): RawContents {
  const data = Float32Array.from(rows.flat());
  const stored = genes.map((_, i) => i);
  const sparse = {
    indptr: Int32Array.from({ length: CELLS + 1 }, (_, row) => Math.min(row, genes.length)),
    indices: Int32Array.from(stored),
    data: Float32Array.from(stored, (i) => i + 1),
  };
  return {
    X: { rows: CELLS, cols: genes.length, ...(storage === 'dense' ? { data } : sparse) },
    var: { index: genes, columns: new Map([['rank', { kind: 'number', values: Float64Array.from(stored) }]]) },
    varm: { PCs },
  };
}

async function expectRaw(adata: AnnData): Promise<void> {
  const raw = await adata.raw;
  expect(await denseRows(raw!.blocks({ rows: 4 }))).toEqual(rows);
  expect([raw!.nObs, raw!.nVars, raw!.var.index]).toEqual([CELLS, genes.length, genes]);
  expect(raw!.obs.index).toEqual(adata.obs.index);
  expect(raw!.var.columns.get('rank')).toEqual({ kind: 'number', values: Float64Array.of(0, 1, 2, 3, 4) });
  expect(raw!.varm.keys()).toEqual(['PCs']);
  expect(simple(await raw!.varm.get('PCs'))).toEqual(simple(PCs));
}

const python = process.env['GENEFORMER_PYTHON'] ?? 'python3';
const script = fileURLToPath(new URL('../../../../tools/parity/io-changed.py', import.meta.url));
const major = "int(importlib.metadata.version('zarr').split('.')[0])";

/** Whether Python's anndata is there, and reads a file of this name. */
function isReadByPython(name: string): boolean {
  const stores = name === 'three.zarr' ? `import importlib.metadata; assert ${major} >= 3` : 'import zarr';
  const program = `import anndata\n${name.endsWith('.zarr') ? stores : ''}`;
  return spawnSync(python, ['-c', program]).status === 0;
}

describe.each(['symbols.h5ad', 'tracked.h5ad', 'single.h5ad', 'two.zarr', 'three.zarr'])('raw of %s', (name) => {
  const isStore = name.endsWith('.zarr');
  const input = isStore ? writeStore(storeContents(name.replace('.zarr', '')), at(name)) : fixture(`anndata/${name}`);

  test.each(['dense', 'sparse'] as const)('is set in a copy (%s), replaced in place, and removed', async (storage) => {
    const path = at(`${storage}-${name}`);
    await using adata = await AnnData.open(input);
    const X = await denseRows(adata.blocks());
    adata.setRaw(contents(storage), replace);
    await expectRaw(adata);
    await adata.write(path);
    await using copy = await AnnData.open(path);
    await expectRaw(copy);
    expect(await denseRows(copy.blocks())).toEqual(X);

    copy.setRaw({ ...contents(storage), varm: {} }, replace);
    copy.uns.set('note', 'replaced');
    await copy.write();
    expect((await copy.raw)!.varm.keys()).toEqual([]);
    copy.deleteRaw();
    expect(await copy.raw).toBeUndefined();
    await copy.write();
    await using again = await AnnData.open(path);
    expect([await again.raw, await again.uns.get('note')]).toEqual([undefined, 'replaced']);
    expect(await denseRows(again.blocks())).toEqual(X);
    again.setRaw(contents(storage));
    await again.write();
    await expectRaw(again);
  });

  const skipped = isReadByPython(name) ? '' : ` (skipped: ${python} has no anndata that reads it)`;
  (skipped ? test.skip : test)(`is read by Python's anndata${skipped}`, async () => {
    await using adata = await AnnData.open(input);
    adata.setRaw(contents('sparse'), replace);
    for (const unread of ['unknown']) if (adata.uns.has(unread)) adata.uns.delete(unread);
    const path = at(`python-${name}`);
    await adata.write(path);
    await using copy = await AnnData.open(path);
    if (await copy.raw) copy.deleteRaw();
    await copy.write(at(`no-raw-${name}`));
    const { status, stdout, stderr } = spawnSync(python, [script, path, at(`no-raw-${name}`)], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const [withRaw, without] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { raw: unknown });
    expect(withRaw.raw).toEqual({ X: rows, var: genes, columns: ['rank'], varm: { PCs: simple(PCs) } });
    expect(without.raw).toBeNull();
  });
});

test('removing raw leaves everything else as it is, down to attributes', async () => {
  const input = fixture('anndata/symbols.h5ad');
  await using adata = await AnnData.open(input);
  adata.deleteRaw();
  await adata.write(at('removed.h5ad'));
  const [before, after] = [await treeOf(input), await treeOf(at('removed.h5ad'))];
  expect([...after.keys()]).toEqual([...before.keys()].filter((path) => !/^raw(\/|$)/.test(path)));
  for (const [path, facts] of after) expect([path, facts]).toEqual([path, before.get(path)]);
});

test.each(['new.h5ad', 'new.zarr'])('a loom file becomes %s with the raw that was set', async (name) => {
  await using adata = await AnnData.open(fixture('three.loom'));
  const X = { rows: adata.nObs, cols: 2, data: new Float32Array(2 * adata.nObs).fill(3) };
  const varm = { loadings: { rows: 2, cols: 1, data: Float32Array.of(1, 2) } };
  adata.setRaw({ X, var: { index: ['TTN', 'PLN'], columns: new Map() }, varm });
  await adata.write(at(name));
  await using copy = await AnnData.open(at(name));
  const raw = await copy.raw;
  expect(await denseRows(raw!.blocks())).toEqual(Array.from({ length: adata.nObs }, () => [3, 3]));
  expect(simple(await raw!.varm.get('loadings'))).toEqual([[1], [2]]);
});

test.each(['of-raw.zarr'])('matrices of the genes of raw are in %s, a file of the other format', async (name) => {
  const input = at('with-varm.h5ad');
  await using first = await AnnData.open(fixture('anndata/symbols.h5ad'));
  first.setRaw(contents('sparse'), replace);
  await first.write(input);
  await using adata = await AnnData.open(input);
  await adata.write(at(name));
  await using copy = await AnnData.open(at(name));
  await expectRaw(copy);
});

test.each<[string, (adata: AnnData) => void, RegExp, new (...args: never[]) => Error]>([
  [
    'an existing raw',
    (adata) => adata.setRaw(contents('dense')),
    /^raw: exists in .*symbols.h5ad; set the option replace to true$/,
    ArgumentError,
  ],
  [
    'other cells',
    (adata) => adata.setRaw({ ...contents('dense'), X: { rows: 1, cols: 5, data: new Float32Array(5) } }, replace),
    /^raw.X: has 1 rows but there are 6 cells; give one row per cell$/,
    ArgumentError,
  ],
  [
    'other genes',
    (adata) => adata.setRaw({ ...contents('dense'), var: { index: ['A'], columns: new Map() } }, replace),
    /^raw.X: has 5 columns but there are 1 genes; give one column per gene$/,
    ArgumentError,
  ],
  [
    'a matrix of other genes',
    (adata) =>
      adata.setRaw({ ...contents('dense'), varm: { x: { rows: 1, cols: 1, data: Float32Array.of(1) } } }, replace),
    /^raw.varm\['x'\]: has 1 rows but there are 5 genes; give one row per gene$/,
    ArgumentError,
  ],
  [
    'raw that was removed before',
    (adata) => {
      if (adata.rawChange() === undefined) adata.deleteRaw();
      adata.deleteRaw();
    },
    /no raw; the file has X, counts, dense/,
    FieldMissingError,
  ],
])('refuses %s', async (_, act, message, type) => {
  await using adata = await AnnData.open(fixture('anndata/symbols.h5ad'));
  expect(() => act(adata)).toThrow(message);
  expect(() => act(adata)).toThrow(type);
});

test('raw cannot be changed while its matrix is X', async () => {
  await using adata = await AnnData.open(fixture('anndata/symbols.h5ad'), { layer: 'raw' });
  const message = /^raw: cannot be set for the genes of raw; open the file without the option 'layer'$/;
  expect(() => adata.deleteRaw()).toThrow(message);
  expect(() => adata.setRaw(contents('dense'), replace)).toThrow(message);
});
