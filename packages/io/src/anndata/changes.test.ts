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
import { ADDABLE } from './stored-elements.js';

const at = scratch();
const [CELLS, GENES] = [6, 4];
const replace = { replace: true };
const REMOVED = ['colors', 'unknown', 'list'];

/** Returns a dense matrix and its rows. */
function dense(rows: number, cols: number): { matrix: Dense; plain: number[][] } {
  const data = Float32Array.from({ length: rows * cols }, (_, i) => (i % 3 === 0 ? 0 : i / 2));
  const plain = Array.from({ length: rows }, (_, row) => [...data.subarray(row * cols, (row + 1) * cols)]);
  return { matrix: { rows, cols, data }, plain };
}
interface Dense {
  rows: number;
  cols: number;
  data: Float32Array;
}

/** Returns a matrix with one value per row, on the diagonal, and its rows. */
function diagonal(size: number, cols = size): { matrix: Sparse; plain: number[][] } {
  const count = Math.min(size, cols);
  const matrix = {
    rows: size,
    cols,
    indptr: Int32Array.from({ length: size + 1 }, (_, row) => Math.min(row, count)),
    indices: Int32Array.from({ length: count }, (_, i) => i),
    data: Float32Array.from({ length: count }, (_, i) => i + 1),
  };
  const plain = Array.from({ length: size }, (_, row) =>
    Array.from({ length: cols }, (_, col) => (col === row ? row + 1 : 0)),
  );
  return { matrix, plain };
}
interface Sparse {
  rows: number;
  cols: number;
  indptr: Int32Array;
  indices: Int32Array;
  data: Float32Array;
}

const scaled = dense(CELLS, GENES);
const counts = diagonal(CELLS, GENES);
const distances = diagonal(CELLS);
const correlations = dense(GENES, GENES);

/** Sets and removes values in each part of the file. */
function change(adata: AnnData): void {
  adata.layers.set('scaled', scaled.matrix);
  adata.layers.set('counts', counts.matrix, replace);
  adata.obsp.set('new distances', distances.matrix);
  adata.varp.set('correlations', correlations.matrix);
  adata.obsm.delete('X_pca');
  adata.obs.delete('label');
  // One of them has an encoding that no version of anndata reads.
  for (const name of REMOVED) if (adata.uns.has(name)) adata.uns.delete(name);
}

/** Returns what Python's anndata finds in files. */
const python = process.env['GENEFORMER_PYTHON'] ?? 'python3';
const script = fileURLToPath(new URL('../../../../tools/parity/io-changed.py', import.meta.url));
const major = "int(importlib.metadata.version('zarr').split('.')[0])";
const programs = {
  h5ad: 'import anndata',
  'two.zarr': 'import anndata, zarr',
  'three.zarr': `import anndata, importlib.metadata; assert ${major} >= 3`,
};
function isReadByPython(name: string): boolean {
  const program = name in programs ? programs[name as 'two.zarr'] : programs.h5ad;
  return spawnSync(python, ['-c', program]).status === 0;
}

describe.each(['symbols.h5ad', 'tracked.h5ad', 'single.h5ad', 'two.zarr', 'three.zarr'])('changes to %s', (name) => {
  const isStore = name.endsWith('.zarr');
  const input = isStore ? writeStore(storeContents(name.replace('.zarr', '')), at(name)) : fixture(`anndata/${name}`);

  test('are those of the object, of a copy, and of a file written in place', async () => {
    await using adata = await AnnData.open(input);
    const before = { obs: adata.obs.keys(), layers: adata.layers.keys(), obsm: adata.obsm.keys() };
    change(adata);
    await adata.write(at(`changed-${name}`));
    await using copy = await AnnData.open(at(`changed-${name}`));
    for (const it of [adata, copy]) {
      expect(it.layers.keys().sort()).toEqual([...before.layers, 'scaled'].sort());
      expect(await denseRows((await it.layers.get('scaled')).blocks({ rows: 4 }))).toEqual(scaled.plain);
      expect(await denseRows((await it.layers.get('counts')).blocks())).toEqual(counts.plain);
      expect(simple(await it.obsp.get('new distances'))).toEqual(distances.plain);
      expect(simple(await it.varp.get('correlations'))).toEqual(correlations.plain);
      expect(it.obsm.keys()).toEqual(before.obsm.filter((key) => key !== 'X_pca'));
      expect(it.obs.keys()).toEqual(before.obs.filter((key) => key !== 'label'));
      expect([it.uns.has('list'), it.obs.has('label'), it.layers.has('counts')]).toEqual([false, false, true]);
    }
    await copy.write();
    copy.layers.delete('scaled');
    copy.obsp.delete('new distances');
    await copy.write();
    await using again = await AnnData.open(at(`changed-${name}`));
    expect([again.layers.has('scaled'), again.obsp.has('new distances')]).toEqual([false, false]);
    expect(await denseRows(again.blocks())).toEqual(await denseRows(adata.blocks()));
  });

  test('a removed name can be set again, and a name that was only set leaves nothing', async () => {
    await using adata = await AnnData.open(input);
    const parts = ADDABLE.map((part) => adata[part].keys());
    adata.obs.delete('label');
    adata.obs.set('label', new Float32Array(CELLS));
    adata.layers.delete('counts');
    adata.layers.set('counts', counts.matrix);
    adata.obsm.set('X_new', dense(CELLS, 2).matrix);
    adata.obsm.delete('X_new');
    const path = at(`again-${name}`);
    await adata.write(path);
    await using copy = await AnnData.open(path);
    expect(ADDABLE.map((part) => copy[part].keys().sort())).toEqual(parts.map((keys) => keys.sort()));
    expect(copy.obs.get('label')).toMatchObject({ kind: 'number' });
    expect(await denseRows((await copy.layers.get('counts')).blocks())).toEqual(counts.plain);
  });

  (isReadByPython(name) ? test : test.skip)(
    `are read by Python's anndata${isReadByPython(name) ? '' : ` (skipped: ${python} has no anndata that reads it)`}`,
    async () => {
      const path = at(`python-${name}`);
      await using adata = await AnnData.open(input);
      const [columns, entries] = [adata.obs.keys(), adata.uns.keys()];
      const X = await denseRows(adata.blocks());
      change(adata);
      await adata.write(path);
      const { status, stdout, stderr } = spawnSync(python, [script, path], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
      const found = JSON.parse(stdout) as Record<'layers' | 'obsp' | 'varp' | 'obsm', Record<string, unknown>> &
        Record<'X' | 'obs' | 'uns', unknown>;
      expect(found.layers).toMatchObject({ scaled: scaled.plain, counts: counts.plain });
      expect([found.obsp['new distances'], found.varp['correlations']]).toEqual([distances.plain, correlations.plain]);
      expect(Object.keys(found.obsm)).not.toContain('X_pca');
      expect(found.obs).toEqual(columns.filter((column) => column !== 'label'));
      expect(found.uns).toEqual(entries.filter((entry) => !REMOVED.includes(entry)).sort());
      expect(found.X).toEqual(X);
    },
  );
});

test('what is not changed stays as it is, down to attributes', async () => {
  const input = fixture('anndata/symbols.h5ad');
  await using adata = await AnnData.open(input);
  adata.obsm.delete('X_pca');
  adata.layers.delete('counts');
  await adata.write(at('removed.h5ad'));
  const [before, after] = [await treeOf(input), await treeOf(at('removed.h5ad'))];
  const isRemoved = (path: string): boolean => /^(obsm\/X_pca|layers\/counts)(\/|$)/.test(path);
  expect([...after.keys()]).toEqual([...before.keys()].filter((path) => !isRemoved(path)));
  for (const [path, facts] of after) expect([path, facts]).toEqual([path, before.get(path)]);
});

test.each(['new.h5ad', 'new.zarr'])('a loom file becomes %s with the layers and graphs that were set', async (name) => {
  await using adata = await AnnData.open(fixture('three.loom'));
  const layer = dense(adata.nObs, adata.nVars);
  adata.layers.set('scaled', layer.matrix);
  adata.obsp.set('distances', diagonal(adata.nObs).matrix);
  await adata.write(at(name));
  await using copy = await AnnData.open(at(name));
  expect(copy.layers.keys().sort()).toEqual(['scaled', 'spliced']);
  expect(await denseRows((await copy.layers.get('scaled')).blocks())).toEqual(layer.plain);
  expect(simple(await copy.obsp.get('distances'))).toEqual(diagonal(adata.nObs).plain);
});

test.each<[string, (adata: AnnData) => void, RegExp, new (...args: never[]) => Error]>([
  [
    'a layer of other cells',
    ({ layers }) => layers.set('x', dense(2, GENES).matrix),
    /^layers\['x'\]: has 2 rows but there are 6 cells; give one row per cell$/,
    ArgumentError,
  ],
  [
    'a layer of other genes',
    ({ layers }) => layers.set('x', dense(CELLS, 2).matrix),
    /^layers\['x'\]: has 2 columns but there are 4 genes; give one column per gene$/,
    ArgumentError,
  ],
  [
    'an existing layer',
    ({ layers }) => layers.set('counts', counts.matrix),
    /^layers\['counts'\]: exists in .*; set the option replace to true, or use another name$/,
    ArgumentError,
  ],
  [
    'distances that are not square',
    ({ obsp }) => obsp.set('x', counts.matrix),
    /^obsp\['x'\]: has 4 columns but there are 6 cells/,
    ArgumentError,
  ],
  [
    'a table as distances',
    ({ obsp }) => obsp.set('x', { index: [], columns: new Map() } as never),
    /^obsp\['x'\]: .* is not valid; use a matrix instead of a table$/,
    ArgumentError,
  ],
  [
    'a missing layer',
    ({ layers }) => layers.delete('x'),
    /no layers\['x'\]; the file has counts, dense/,
    FieldMissingError,
  ],
  ['a missing column', ({ obs }) => obs.delete('x'), /no obs column 'x'; the file has label/, FieldMissingError],
  ['a missing matrix', ({ obsm }) => obsm.delete('x'), /no obsm\['x'\]; the file has .*X_pca/, FieldMissingError],
])('refuses %s', async (_, act, message, type) => {
  await using adata = await AnnData.open(fixture('anndata/symbols.h5ad'));
  expect(() => act(adata)).toThrow(message);
  expect(() => act(adata)).toThrow(type);
});
