import { describe, expect, test } from '@jest/globals';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { denseRows } from '../testing/dense.js';
import { fixture, scratch } from '../testing/folder.js';
import { AnnData, type AnnDataOptions } from './anndata.js';
import { columnAsStrings, toCategorical } from './data-frame.js';

const at = scratch();
mkdirSync(at('10x'));
writeFileSync(at('10x/matrix.mtx'), '%%MatrixMarket matrix coordinate integer general\n3 2 3\n1 1 5\n2 2 9\n3 2 1\n');
writeFileSync(at('10x/genes.tsv'), 'a\tA\nb\tB\nc\tC\n');
writeFileSync(at('10x/barcodes.tsv'), 'x\ny\n');
writeFileSync(at('counts.csv'), 'cell,TTN,PLN\na,1,2\nb,0,3\n');

describe('an input to which nothing can be added becomes a new h5ad file', () => {
  test.each<[string, string, AnnDataOptions, string[]]>([
    ['loom', fixture('three.loom'), {}, []],
    ['10x HDF5', fixture('three.h5'), { genome: 'all' }, ["features of kind 'Antibody Capture' (1)"]],
    ['10x HDF5 with all features', fixture('three.h5'), { genome: 'all', featureTypes: 'all' }, []],
    ['Matrix Market', at('10x'), {}, []],
    ['text', at('counts.csv'), { orientation: 'cells-by-genes' }, []],
    ['h5ad of anndata 0.6', fixture('records.h5ad'), {}, []],
  ])('%s', async (name, input, options, notes) => {
    await using adata = await AnnData.open(input, options);
    const { nObs, nVars } = adata;
    adata.obs.set('label', toCategorical(Array.from({ length: nObs }, (_, i) => `type ${i % 2}`)));
    adata.obs.set(
      'score',
      Float32Array.from({ length: nObs }, (_, i) => i),
    );
    adata.var.set(
      'rank',
      Int32Array.from({ length: nVars }, (_, i) => i),
    );
    adata.obsm.set('X_geneformer', { rows: nObs, cols: 1, data: new Float32Array(nObs) });
    adata.uns.set('model', { id: 'V1-10M' });
    const progress: number[] = [];
    const path = at(`${name}.h5ad`);
    const report = await adata.write(path, { compression: 0, onProgress: ({ done }) => progress.push(done) });
    expect(report).toEqual({ path, notes: notes.map((part) => `left out: ${part}`) });
    expect(progress.at(-1)).toBe(nObs);

    await using copy = await AnnData.open(path, { featureTypes: 'all' });
    expect([copy.obs.index, copy.var.index]).toEqual([adata.obs.index, adata.var.index]);
    expect(await denseRows(copy.blocks())).toEqual(await denseRows(adata.blocks()));
    for (const table of ['obs', 'var'] as const) {
      expect(copy[table].keys()).toEqual(adata[table].keys());
      for (const column of copy[table].keys()) {
        expect(columnAsStrings(copy[table].get(column))).toEqual(columnAsStrings(adata[table].get(column)));
      }
    }
    expect(await copy.obsm.get('X_geneformer')).toEqual({ rows: nObs, cols: 1, data: new Float32Array(nObs) });
    expect(await copy.uns.get('model')).toEqual({ id: 'V1-10M' });
    expect(copy.layers.keys()).toEqual(adata.layers.keys());
    for (const layer of copy.layers.keys()) {
      const rows = await denseRows((await copy.layers.get(layer)).blocks());
      expect(rows).toEqual(await denseRows((await adata.layers.get(layer)).blocks()));
    }
    const [raw, copied] = [await adata.raw, await copy.raw];
    expect(copied?.var.index).toEqual(raw?.var.index);
    if (raw && copied) expect(await denseRows(copied.blocks())).toEqual(await denseRows(raw.blocks()));
  });

  test.each(['three.loom', 'records.h5ad'])('%s cannot be written in place', async (name) => {
    await using adata = await AnnData.open(fixture(name));
    await expect(adata.write()).rejects.toThrow(
      new RegExp(`^path: is missing, and .*${name} is .*, to which nothing can be added; name a file to write: write`),
    );
    await expect(adata.write(fixture(name))).rejects.toThrow(/is the file that is read; name another file$/);
  });

  test('a text table is not overwritten', async () => {
    await using adata = await AnnData.open(at('counts.csv'), { orientation: 'cells-by-genes' });
    await expect(adata.write(at('counts.csv'))).rejects.toThrow(/is the file that is read; name another file$/);
    const before = readdirSync(at('.'));
    await expect(adata.write(at('stopped.h5ad'), { signal: AbortSignal.abort() })).rejects.toThrow(/aborted/);
    await expect(adata.write(at('level.h5ad'), { compression: 99 })).rejects.toThrow(
      /compression: 99 is not a gzip level/,
    );
    expect(readdirSync(at('.'))).toEqual(before);
  });
});
