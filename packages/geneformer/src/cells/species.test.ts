import { expect, test } from '@jest/globals';
import { AnnData, type CountMatrix } from '@geneformer-ts/io';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mouseOrthologs } from './orthologs.js';
import { humanGenes } from './species.js';

const withGenes = (index: string[]): CountMatrix =>
  ({ path: 'x.h5ad', nVars: index.length, var: { index, columns: new Map() } }) as unknown as CountMatrix;

test('the table has one human gene per mouse gene, and one mouse gene per human gene', async () => {
  const { bySymbol, byId } = await mouseOrthologs();
  for (const orthologs of [bySymbol, byId]) {
    expect(orthologs.size).toBeGreaterThan(16_000);
    expect(new Set(orthologs.values()).size).toBe(orthologs.size);
  }
  // From Ensembl 105.
  expect([bySymbol.get('Actb'), bySymbol.get('Cd3e')]).toEqual(['ENSG00000075624', 'ENSG00000198851']);
  expect([byId.get('ENSMUSG00000029580'), byId.get('ENSMUSG00000032093')]).toEqual([
    'ENSG00000075624',
    'ENSG00000198851',
  ]);
});

test('mouse symbols become human ids, and the share with an ortholog is reported', async () => {
  const { species, matrix, mapped } = await humanGenes(withGenes(['Actb', 'Cd3e', 'Gm12345', 'Ptprc']));
  expect([species, mapped]).toEqual(['mouse', { genes: 3, of: 4 }]);
  expect(matrix.var.index).toEqual(['ENSG00000075624', 'ENSG00000198851', '', 'ENSG00000081237']);
});

test.each([
  ['human ids', ['ENSG00000075624', 'ENSG00000198851']],
  ['human symbols', ['ACTB', 'CD3E', 'PTPRC']],
])('%s stay as they are', async (_, index) => {
  const { species, matrix } = await humanGenes(withGenes(index));
  expect([species, matrix.var.index]).toEqual(['human', index]);
});

test.each([
  ['plain', (id: string) => id],
  ['with a version', (id: string) => `${id}.7`],
  ['of a genome', (id: string) => `mm10___${id}`],
])('mouse ids without symbols become human ids: %s', async (_, named) => {
  const ids = ['ENSMUSG00000029580', 'ENSMUSG00000032093', 'ENSMUSG99999999999'].map(named);
  const { species, matrix, mapped } = await humanGenes(withGenes(ids));
  expect([species, mapped]).toEqual(['mouse', { genes: 2, of: 3 }]);
  expect(matrix.var.index).toEqual(['ENSG00000075624', 'ENSG00000198851', '']);
});

test('genes of neither species are refused with a remedy if they are said to be those of mouse', async () => {
  const genes = withGenes(['FBgn0000001', 'FBgn0000002']);
  await expect(humanGenes(genes, 'mouse')).rejects.toThrow(/no column of var contains ids or symbols .*; add a column/);
});

const mouseFile = join(
  process.env['GENEFORMER_DATA'] ?? '',
  'tenx-fixtures/scanpy/visium_data/2.1.0/raw_probe_bc_matrix.h5',
);
(existsSync(mouseFile) ? test : test.skip)('genes of a real mouse file have orthologs', async () => {
  await using cells = await AnnData.open(mouseFile, { featureTypes: 'all' });
  const { species, mapped } = await humanGenes(cells.X);
  expect(species).toBe('mouse');
  expect(mapped!.genes / mapped!.of).toBeGreaterThan(0.3);
});
