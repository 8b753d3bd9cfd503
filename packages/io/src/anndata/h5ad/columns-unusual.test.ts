import { ArgumentError, UnsupportedError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { denseRows } from '../../testing/dense.js';
import { fixture } from '../../testing/folder.js';
import { columnAsStrings } from '../data-frame.js';
import { openAnnData } from '../open.js';
import type { CountMatrix, OpenOptions } from '../count-matrix.js';

// Contents of the files of tools/parity/io-columns.py.
const COUNTS = [
  [1, 0, 2],
  [0, 3, 0],
  [4, 0, 0],
  [0, 0, 5],
];
const CELLS = ['cell-0', 'cell-1', 'cell-2', 'cell-3'];

async function opened<T>(
  name: string,
  use: (source: CountMatrix) => Promise<T> | T,
  options?: OpenOptions,
): Promise<T> {
  const source = await openAnnData(fixture(`columns/${name}`), options);
  try {
    return await use(source);
  } finally {
    await source.close();
  }
}

const text = (source: CountMatrix, name: string): unknown => columnAsStrings(source.obs.columns.get(name)!);

describe('columns of unsupported types', () => {
  test('are skipped with a note each, while the others are read', async () => {
    await opened('unusual.h5ad', async (source) => {
      expect([...source.obs.columns.keys()]).toEqual(['batch', 'half', 'phase']);
      expect(text(source, 'phase')).toEqual(['G1', 'G2M', 'S', 'G1']);
      expect(source.obs.columns.get('half')).toEqual({ kind: 'number', values: Float64Array.of(0.5, 1, 2, -4) });
      expect(source.notes).toEqual([
        'column obs/complex is skipped: a column of records or complex numbers is not supported',
        'column obs/lists is skipped: a column of lists is not supported',
        "column obs/odd is skipped: encoding 'something-new' is not supported",
        'column obs/opaque is skipped: a column of opaque bytes is not supported',
        'column obs/plane is skipped: a 2-dimensional array is not supported',
        'column obs/table is skipped: a column of records or complex numbers is not supported',
      ]);
      expect(await denseRows(source.blocks())).toEqual(COUNTS);
    });
  });

  test.each(['complex', 'lists', 'odd', 'opaque', 'plane', 'table'])('%s is an error when requested', async (name) => {
    const opening = openAnnData(fixture('columns/unusual.h5ad'), { obsColumns: [name] });
    await expect(opening).rejects.toThrow(UnsupportedError);
    await expect(opening).rejects.toThrow(`unusual.h5ad: obs/${name}: `);
  });

  test('named types are not columns', async () => {
    await opened('types.h5ad', (source) => {
      expect([...source.obs.columns.keys()]).toEqual(['batch']);
      expect(source.notes).toEqual([
        'column obs/named is skipped: a named type is not supported',
        'column var/named is skipped: a named type is not supported',
      ]);
    });
  });
});

test('reads a slash in the name of a column, as anndata wrote it until 0.11', async () => {
  await opened('slashes.h5ad', (source) => {
    const names = ['batch', 'n_counts/total', 'a/b/c', 'n_counts/unlisted'];
    expect([...source.obs.columns.keys()]).toEqual(names);
    expect([...source.var.columns.keys()]).toEqual(names.slice(1));
    expect(text(source, 'n_counts/total')).toEqual(['0', '2', '4', '6']);
    expect(text(source, 'a/b/c')).toEqual(['x', 'y', 'x', 'y']);
    expect(source.notes).toBeUndefined();
  });
  await opened('slashes.h5ad', (source) => expect([...source.obs.columns.keys()]).toEqual(['a/b/c']), {
    obsColumns: ['a/b/c'],
  });
});

test('reads nullable strings as names and categories, as anndata 0.13 writes them', async () => {
  for (const layer of ['X', 'raw']) {
    await opened(
      'nullable.h5ad',
      (source) => {
        expect(source.obs.index).toEqual(CELLS);
        expect(source.var.index).toEqual(['ENSG00000000000', 'ENSG00000000001', 'ENSG00000000002']);
        expect(text(source, 'note')).toEqual(['a', null, 'c', 'd']);
        expect(text(source, 'kind')).toEqual(['T cell', 'B cell', null, 'T cell']);
      },
      { layer },
    );
  }
});

test('reads dense matrices of booleans and of half precision', async () => {
  const rows = (source: CountMatrix): Promise<number[][]> => denseRows(source.blocks({ rows: 2 }));
  expect(await opened('half.h5ad', rows)).toEqual(COUNTS);
  expect(await opened('boolean.h5ad', rows)).toEqual(COUNTS.map((row) => row.map((value) => Number(value > 0))));
});

describe('MuData', () => {
  test('opens the only modality', async () => {
    expect(await opened('single.h5mu', (source) => denseRows(source.blocks()))).toEqual(COUNTS);
  });

  test('lists several modalities and names the one with genes', async () => {
    await expect(openAnnData(fixture('columns/joint.h5mu'))).rejects.toThrow(ArgumentError);
    await expect(openAnnData(fixture('columns/joint.h5mu'))).rejects.toThrow(
      /has 2 modalities: expression, prot \(gene expression: expression\); set the option 'modality' to one of them, for example 'expression'/,
    );
  });

  test('opens the chosen modality, also in another thread', async () => {
    await opened(
      'joint.h5mu',
      async (source) => {
        expect(source.var.index[0]).toBe('CD00000000000');
        const { path, options } = source.reopen!;
        const again = await openAnnData(path, structuredClone(options));
        expect(await denseRows(again.blocks())).toEqual(COUNTS);
        await again.close();
      },
      { modality: 'prot', featureTypes: 'all' },
    );
    await expect(openAnnData(fixture('columns/joint.h5mu'), { modality: 'prot' })).rejects.toThrow(
      /no gene expression; the file has Antibody Capture; .*'featureTypes'/,
    );
    await expect(openAnnData(fixture('columns/joint.h5mu'), { modality: 'atac' })).rejects.toThrow(
      /no modality 'atac'; the file has expression, prot/,
    );
    await expect(openAnnData(fixture('current.h5ad'), { modality: 'rna' })).rejects.toThrow(/is not a MuData file/);
  });
});

test('reads the output of CellBender as a 10x matrix', async () => {
  await opened('cellbender.h5', async (source) => {
    expect([source.format, source.obs.index]).toEqual(['10x-h5', CELLS]);
    expect(await denseRows(source.blocks())).toEqual(COUNTS);
  });
});

test('explains how to convert an h5Seurat file', async () => {
  await expect(openAnnData(fixture('columns/seurat.h5seurat'))).rejects.toThrow(
    /h5Seurat is not supported; .*SeuratDisk::Convert/,
  );
});

describe('remedies name existing matrices, never the one that failed', () => {
  test('for a null matrix of a file without other matrices', async () => {
    await expect(openAnnData(fixture('columns/null-only.h5ad'))).rejects.toThrow(
      /X: is null; the file has no other matrix; use a file with counts/,
    );
  });

  test('for matrices of raw counts', async () => {
    const names = async (name: string, layer: string): Promise<unknown> =>
      opened(name, (source) => source.countLayers?.(), { layer });
    expect(await names('layers.h5ad', 'X')).toEqual(['counts', 'wide']);
    expect(await names('layers.h5ad', 'counts')).toEqual(['wide']);
    expect(await names('logs.h5ad', 'X')).toEqual([]);
    expect(await names('layers.loom', 'X')).toEqual(['spliced']);
    expect(await names('cellbender.h5', 'X')).toBeUndefined();
  });
});

describe('invalid codes and indices', () => {
  test.each([
    ['codes-large', /obs\/kind: category code 4294967296 at 1, but there are 2 categories/],
    ['codes-fraction', /obs\/kind: category code 1.5 at 1/],
  ])('rejects %s.h5ad instead of rounding to another category', async (name, message) => {
    await expect(openAnnData(fixture(`columns/${name}.h5ad`))).rejects.toThrow(message);
  });

  test.each([
    ['offsets-nan', /X\/indptr: contains NaN at 1, which is not an integer/],
    ['offsets-fraction', /X\/indptr: contains 2.5 at 1, which is not an integer/],
  ])('rejects %s.h5ad instead of assigning counts to other cells', async (name, message) => {
    await opened(`${name}.h5ad`, async (source) => {
      await expect(denseRows(source.blocks())).rejects.toThrow(message);
    });
  });

  test('skips codes whose categories are references instead of reading them as numbers', async () => {
    await opened('categories-reference.h5ad', (source) => {
      expect(source.obs.columns.has('kind')).toBe(false);
      expect(source.notes).toEqual([expect.stringMatching(/column obs\/kind is skipped: .*not in __categories/)]);
    });
  });
});
