import { bytesSource } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { denseRows } from '../testing/dense.js';
import type { Elements } from '../testing/elements.js';
import { simple } from '../testing/simple.js';
import { fixture, scratch } from '../testing/folder.js';
import { AnnData } from './anndata.js';
import { columnAsStrings } from './data-frame.js';

const at = scratch();
const symbols = fixture('anndata/symbols.h5ad');
const expected = JSON.parse(readFileSync(fixture('anndata/elements.json'), 'utf8')) as Elements;

describe('AnnData.open', () => {
  test('reads every part of an h5ad file as anndata does', async () => {
    await using adata = await AnnData.open(symbols);
    expect([adata.nObs, adata.nVars, adata.format, adata.path]).toEqual([6, 4, 'h5ad', symbols]);
    expect(await denseRows(adata.X.blocks())).toEqual(expected.X);
    expect(await denseRows(adata.blocks({ rows: 2 }))).toEqual(expected.X);
    expect(adata.obs.keys()).toEqual(['label', 'count', 'age', 'maybe', 'kept', 'note']);
    expect(adata.obs.get('label')).toMatchObject({ categories: ['cTEC', 'mTEC', 'Käfig'] });
    for (const group of ['obsm', 'varm', 'obsp'] as const) {
      expect(adata[group].keys()).toEqual(Object.keys(expected[group]).sort());
      for (const name of adata[group].keys()) {
        expect([name, simple(await adata[group].get(name))]).toEqual([name, expected[group][name]]);
      }
    }
    for (const name of Object.keys(expected.uns)) {
      expect([name, simple(await adata.uns.get(name))]).toEqual([name, expected.uns[name]]);
    }
    expect(adata.varp.keys()).toEqual([]);
    expect(await adata.uns.get('neighbors/params/n_neighbors')).toBe(15n);
  });

  test('streams layers and raw, which has its own genes', async () => {
    await using adata = await AnnData.open(symbols);
    expect(adata.layers.keys()).toEqual(['counts', 'dense']);
    for (const name of adata.layers.keys()) {
      expect([name, await denseRows((await adata.layers.get(name)).blocks())]).toEqual([name, expected.layers[name]]);
    }
    const raw = await adata.raw;
    expect(await denseRows(raw!.blocks())).toEqual(expected.raw);
    expect(raw!.var.index).toEqual(expected.rawVar);
    expect(raw!.obs.index).toEqual(adata.obs.index);
  });

  test('reads a source as it reads a path', async () => {
    await using adata = await AnnData.open(bytesSource(readFileSync(symbols), 'memory.h5ad'));
    expect(await denseRows((await adata.raw)!.blocks())).toEqual(expected.raw);
    expect(simple(await adata.obsm.get('X_pca'))).toEqual(expected.obsm['X_pca']);
    await expect(adata.write()).rejects.toThrow(
      "path: is missing, and memory.h5ad is not a file on this disk; name a file to write: write('out.h5ad')",
    );
    adata.uns.set('note', 'copied');
    await adata.write(at('from-memory.h5ad'));
    await using copy = await AnnData.open(at('from-memory.h5ad'));
    expect(await copy.uns.get('note')).toBe('copied');
  });

  test('reads and copies a file without X, in which only blocks are missing', async () => {
    await using adata = await AnnData.open(fixture('anndata/embedded.h5ad'));
    expect([adata.nObs, adata.nVars]).toEqual([6, 0]);
    expect(simple(await adata.obsm.get('X_pca'))).toEqual(expected.obsm['X_pca']);
    await expect(denseRows(adata.blocks())).rejects.toThrow(/embedded.h5ad: no matrix 'X'; the file has none; /);
    adata.obsm.set('X_umap', { rows: 6, cols: 2, data: new Float32Array(12) });
    await adata.write(at('embedded.h5ad'));
    await using copy = await AnnData.open(at('embedded.h5ad'));
    expect(copy.obsm.keys()).toEqual(['X_pca', 'X_umap']);
  });

  test.each<[string, (adata: AnnData) => Promise<unknown>, RegExp]>([
    [
      'obsm',
      (adata) => adata.obsm.get('X_umap'),
      /symbols.h5ad: no obsm\['X_umap'\]; the file has X_pca, X_sparse, table; /,
    ],
    ['a layer', (adata) => adata.layers.get('X'), /symbols.h5ad: no layers\['X'\]; the file has counts, dense; /],
    ['uns', (adata) => adata.uns.get('pca'), /symbols.h5ad: no uns\['pca'\]; the file has colors, empty, list, /],
    [
      'a nested value',
      (adata) => adata.uns.get('neighbors/x'),
      /no uns\['neighbors'\]\['x'\]; the file has key, params; /,
    ],
    [
      'a column',
      async (adata) => adata.obs.get('cell_type'),
      /no obs column 'cell_type'; the file has label, count, age/,
    ],
    [
      'an encoding',
      (adata) => adata.uns.get('unknown'),
      /uns\/unknown: encoding 'from-the-future' is not supported; read/,
    ],
  ])('reports what is missing or cannot be read: %s', async (_, read, message) => {
    await using adata = await AnnData.open(symbols);
    await expect(read(adata)).rejects.toThrow(message);
  });

  test('reads a structured array, such as those of rank_genes_groups, as one list per member', async () => {
    await using adata = await AnnData.open(symbols);
    expect(await adata.uns.get('records')).toEqual({ name: ['TTN', 'PLN'], score: Float64Array.of(1.5, 2.5) });
  });

  test('loom has layers and no dictionaries', async () => {
    await using adata = await AnnData.open(fixture('columns/layers.loom'));
    expect(adata.layers.keys().length).toBeGreaterThan(0);
    for (const name of adata.layers.keys()) {
      expect((await denseRows((await adata.layers.get(name)).blocks())).length).toBe(adata.nObs);
    }
    expect([adata.obsm.keys(), adata.uns.keys(), await adata.raw]).toEqual([[], [], undefined]);
  });

  test('accepts only its own options', async () => {
    await expect(AnnData.open(symbols, { matrixOnly: true } as object)).rejects.toThrow(
      /matrixOnly: is not an option of open/,
    );
  });

  test('one modality of a MuData file is an AnnData, whose copy keeps the others', async () => {
    await copyFile(fixture('columns/joint.h5mu'), at('joint.h5mu'));
    await using adata = await AnnData.open(at('joint.h5mu'), { modality: 'expression' });
    adata.obs.set('label', adata.obs.index);
    await adata.write(at('copy.h5mu'));
    await using copy = await AnnData.open(at('copy.h5mu'), { modality: 'expression' });
    expect(copy.obs.get('label')).toEqual({ kind: 'string', values: adata.obs.index });
    await using other = await AnnData.open(at('copy.h5mu'), { modality: 'prot', featureTypes: 'all' });
    expect(other.obs.has('label')).toBe(false);
  });
});

describe('a file that was joined with a table', () => {
  test('has the columns of the table in its copy', async () => {
    await writeFile(
      at('labels.csv'),
      `barcode,donor\n${[5, 4, 3, 2, 1, 0].map((i) => `cell-${i},D${i}`).join('\n')}\n`,
    );
    await using adata = await AnnData.open(symbols, { obs: at('labels.csv') });
    await adata.write(at('joined.h5ad'));
    await using copy = await AnnData.open(at('joined.h5ad'));
    expect(copy.obs.keys()).toEqual([...['label', 'count', 'age', 'maybe', 'kept', 'note'], 'donor']);
    expect(columnAsStrings(copy.obs.get('donor'))).toEqual(['D0', 'D1', 'D2', 'D3', 'D4', 'D5']);
  });
});
