import { expect, test } from '@jest/globals';
import type { CountMatrix } from '@geneformer-ts/io';
import { mouseOrthologs } from './orthologs.js';
import { humanGenes } from './species.js';

const withGenes = (index: string[]): CountMatrix =>
  ({ path: 'x.h5ad', nVars: index.length, var: { index, columns: new Map() } }) as unknown as CountMatrix;

test('the table has one human gene per mouse gene, and one mouse gene per human gene', async () => {
  const orthologs = await mouseOrthologs();
  expect(orthologs.size).toBeGreaterThan(16_000);
  expect(new Set(orthologs.values()).size).toBe(orthologs.size);
  // From Ensembl 105.
  expect([orthologs.get('Actb'), orthologs.get('Cd3e')]).toEqual(['ENSG00000075624', 'ENSG00000198851']);
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

test('mouse ids without symbols are refused with a remedy', async () => {
  const genes = withGenes(['ENSMUSG00000029580', 'ENSMUSG00000032093']);
  await expect(humanGenes(genes)).rejects.toThrow(/no column of var contains mouse gene symbols; add a column/);
});
