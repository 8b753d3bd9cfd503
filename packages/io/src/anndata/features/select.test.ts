import { FieldMissingError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { blocksOf, denseRows } from '../../testing/dense.js';
import { fixture, scratch } from '../../testing/folder.js';
import type { Column } from '../data-frame.js';
import { writeH5ad } from '../h5ad/write.js';
import { openAnnData } from '../open.js';
import type { CountMatrix, OpenOptions } from '../count-matrix.js';

interface Golden {
  /** Ids of the genes that are read. */
  ids: string[];
  /** Their counts, cells x genes. */
  rows: number[][];
  setApart: { kind: string; features: number; counts: number }[];
  /** All features as stored, cells x features. */
  stored: number[][];
}

// Dense matrices and sums computed with numpy (tools/parity/io-features.py).
const golden = JSON.parse(readFileSync(fixture('features/features.json'), 'utf8')) as Record<string, Golden>;
const at = scratch();

const open = (name: string, options: OpenOptions = {}): Promise<CountMatrix> =>
  openAnnData(fixture(`features/${name}`), options);

async function countsApart(source: CountMatrix, rows: number): Promise<number[]> {
  const sums = new Array<number>(source.setApart?.length ?? 0).fill(0);
  for await (const block of source.blocks({ rows })) {
    block.setApart?.forEach((count, k) => (sums[k % sums.length] += count));
  }
  return sums;
}

describe.each(Object.entries(golden))('%s', (key, expected) => {
  const [name, genome] = key.split('#') as [string, string | undefined];
  const options: OpenOptions = genome === undefined ? {} : { genome };

  test('has the counts of its genes, in blocks of any size', async () => {
    const source = await open(name, options);
    expect(source.nVars).toBe(expected.ids.length);
    expect(source.var.columns.get('gene_ids') ?? source.var.index).toEqual(
      source.var.columns.has('gene_ids') ? { kind: 'string', values: expected.ids } : expected.ids,
    );
    for (const rows of [1, 3, 512]) expect(await denseRows(source.blocks({ rows }))).toEqual(expected.rows);
    await source.close();
  });

  test('reports the features that are set apart, with their counts', async () => {
    const source = await open(name, options);
    expect(source.setApart ?? []).toEqual(expected.setApart.map(({ kind, features }) => ({ kind, features })));
    for (const rows of [1, 512]) {
      expect(await countsApart(source, rows)).toEqual(expected.setApart.map(({ counts }) => counts));
    }
    for (const { kind, features } of expected.setApart) {
      expect(source.notes).toContain(`${features} features are set apart: ${kind}`);
    }
    await source.close();
  });

  test('can be opened in another thread', async () => {
    const source = await open(name, options);
    if (source.reopen) {
      const again = await openAnnData(source.reopen.path, structuredClone(source.reopen.options));
      expect([again.nObs, again.nVars, again.var.index]).toEqual([source.nObs, source.nVars, []]);
      expect(await denseRows(again.blocks({ rows: 2 }))).toEqual(expected.rows);
      await again.close();
    }
    await source.close();
  });

  test('can be opened without its tables', async () => {
    const source = await open(name, { ...options, matrixOnly: true });
    expect([source.obs.index, source.var.index]).toEqual([[], []]);
    expect(await denseRows(source.blocks())).toEqual(expected.rows);
    await source.close();
  });

  test('is read as stored when all features are requested', async () => {
    const source = await open(name, { ...options, featureTypes: 'all' });
    expect(await denseRows(source.blocks())).toEqual(expected.stored);
    await source.close();
  });
});

describe('types of features', () => {
  test('are chosen by name in any spelling', async () => {
    const source = await open('multi.h5', { featureTypes: ['antibody_capture', 'Peaks'] });
    expect(source.var.index).toEqual(['CD3E_TotalSeqB', 'CD19_TotalSeqB', 'chr1:100-600']);
    expect(source.setApart!.map(({ kind }) => kind)).toContain('Gene Expression');
    await source.close();
  });

  test('that the file lacks are rejected with the list of its types', async () => {
    await expect(open('multi.h5', { featureTypes: ['Antigen Capture'] })).rejects.toThrow(FieldMissingError);
    await expect(open('multi.h5', { featureTypes: ['Antigen Capture'] })).rejects.toThrow(
      /no feature type 'Antigen Capture'; the file has Gene Expression, Antibody Capture, CRISPR Guide Capture/,
    );
    await expect(open('background.h5', { featureTypes: ['Peaks'] })).rejects.toThrow(
      /no feature type 'Peaks'; .* omit the option 'featureTypes'/,
    );
  });

  test('in a file without genes are rejected with the option that reads them', async () => {
    await expect(open('adt.h5')).rejects.toThrow(
      /adt\.h5: no gene expression; the file has Antibody Capture; .*'featureTypes', for example to \['Antibody Capture'\]/,
    );
    const source = await open('adt.h5', { featureTypes: ['Antibody Capture'] });
    expect(source.var.index).toEqual(['CD3E', 'CD19']);
    await source.close();
  });

  test('are respected when only other columns of var are requested', async () => {
    const source = await open('multi.h5ad', { varColumns: ['gene_ids'] });
    expect([...source.var.columns.keys()]).toEqual(['gene_ids']);
    expect(await denseRows(source.blocks())).toEqual(golden['multi.h5ad'].rows);
    await source.close();
  });
});

async function typed(name: string, type: Column): Promise<CountMatrix> {
  const path = at(name);
  await writeH5ad(path, {
    obs: { index: ['a', 'b'], columns: new Map() },
    var: { index: ['x', 'y', 'z'], columns: new Map([['feature_type', type]]) },
    blocks: blocksOf(
      [
        [1, 2, 3],
        [4, 0, 6],
      ],
      3,
    ),
  });
  return openAnnData(path);
}

describe('an h5ad file', () => {
  test('with biotypes in feature_type, as in CELLxGENE, has only genes', async () => {
    const source = await typed('biotypes.h5ad', {
      kind: 'string',
      values: ['protein_coding', 'lncRNA', 'protein_coding'],
    });
    expect([source.nVars, source.setApart]).toEqual([3, undefined]);
    await source.close();
  });

  test('with types for some features sets the others apart', async () => {
    const source = await typed('some.h5ad', { kind: 'string', values: ['Gene Expression', null, 'Gene Expression'] });
    expect([source.var.index, source.setApart]).toEqual([['x', 'z'], [{ kind: 'no type', features: 1 }]]);
    expect(await denseRows(source.blocks())).toEqual([
      [1, 3],
      [4, 6],
    ]);
    await source.close();
  });
});

describe('a 10x folder', () => {
  const files = {
    'matrix.mtx': '%%MatrixMarket matrix coordinate integer general\n3 2 4\n1 1 5\n2 1 7\n3 1 1\n2 2 9\n',
    'barcodes.tsv': 'AAA-1\nCCC-1\n',
  };

  async function folder(name: string, features: string): Promise<string> {
    await mkdir(at(name));
    for (const [file, text] of Object.entries({ ...files, 'features.tsv': features })) {
      await writeFile(at(`${name}/${file}`), text);
    }
    return at(name);
  }

  test('sets features apart that are not genes', async () => {
    const path = await folder(
      'adt',
      'ENSG1\tTTN\tGene Expression\nCD3\tCD3E\tAntibody Capture\nENSG2\tPLN\tGene Expression\n',
    );
    const source = await openAnnData(path);
    expect(source.setApart).toEqual([{ kind: 'Antibody Capture', features: 1 }]);
    expect(await denseRows(source.blocks())).toEqual([
      [5, 1],
      [0, 0],
    ]);
    expect(await countsApart(source, 1)).toEqual([16]);
  });

  test('keeps the types when some lines lack them, and reads quoted types', async () => {
    const path = await folder('ragged', 'ENSG1\tTTN\t"Gene Expression"\nCD3\tCD3E\t"Antibody Capture"\nENSG2\n');
    const source = await openAnnData(path);
    expect(source.setApart!.map(({ kind }) => kind)).toEqual(['Antibody Capture', 'no type']);
  });
});
