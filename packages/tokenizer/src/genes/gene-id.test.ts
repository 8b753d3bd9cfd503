import { expect, test } from '@jest/globals';
import { geneKey, isEnsemblId, isHumanEnsemblId, speciesOf, symbolOf } from './gene-id.js';

test.each([
  ['ENSG00000141510.17', 'ENSG00000141510'],
  ['ENSMUSG00000029580.3', 'ENSMUSG00000029580'],
  ['ENSG00000141510', 'ENSG00000141510'],
  ['ENSG00000182378.14_PAR_Y', 'ENSG00000182378'],
  ['ENSG00000182378_PAR_Y', 'ENSG00000182378'],
  ['GRCh38_ENSG00000141510', 'ENSG00000141510'],
  ['GRCh38___ENSG00000141510.2', 'ENSG00000141510'],
  ['hg19_chr21_ENSG00000141510', 'ENSG00000141510'],
  ['mm10___ENSMUSG00000029580', 'ENSMUSG00000029580'],
  ['RP11-206L10.2', 'RP11-206L10.2'],
  ['DEPRECATED_ENSG00000141510', 'DEPRECATED_ENSG00000141510'],
  ['mm10_ENSG00000141510', 'mm10_ENSG00000141510'],
  ['ADT_ENSG00000141510', 'ADT_ENSG00000141510'],
])('the gene of %s is %s', (id, expected) => {
  expect(geneKey(id)).toBe(expected);
});

test.each([
  ['ENSG00000141510', true],
  ['ENSGR0000002586', true],
  ['ENSMUSG00000029580.3', true],
  ['GRCh38_ENSG00000141510', true],
  ['ADT_ENSG00000141510', false],
  ['ENSA', false],
  ['TP53', false],
])('%s is an Ensembl id: %s', (id, expected) => {
  expect(isEnsemblId(id)).toBe(expected);
});

test.each([
  ['GRCh38_ENSG00000141510.3', 'ENSG'],
  ['ENSGR0000002586', 'ENSG'],
  ['mm10___ENSMUSG00000029580', 'ENSMUSG'],
  ['ENSGALG00000029580', 'ENSGALG'],
  ['ENST00000269305', undefined],
  ['TP53', undefined],
])('%s is a gene of %s', (id, expected) => {
  expect(speciesOf(id)).toBe(expected);
  expect(isHumanEnsemblId(id)).toBe(expected === 'ENSG');
});

test.each([
  ['GRCh38_TP53', 'TP53'],
  ['hg19_HLA-A', 'HLA-A'],
  ['mm10___H19', 'mm10___H19'],
  ['TP53', 'TP53'],
])('the symbol in %s is %s', (id, expected) => {
  expect(symbolOf(id)).toBe(expected);
});

test('a very long text is not an id, and is rejected at once', () => {
  expect(isEnsemblId(`${'_'.repeat(1e6)}ENSG00000141510`)).toBe(false);
});
