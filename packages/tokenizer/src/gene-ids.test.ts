import { describe, expect, test } from '@jest/globals';
import { ColumnError, GeneIdsMissingError } from './errors.js';
import { isEnsemblId, readGeneIds, withoutVersion } from './gene-ids.js';
import { memorySource, strings } from './testing/memory-source.js';
import { ensg } from './testing/vocabularies.js';

const isKnown = (id: string): boolean => id === ensg(1) || id === ensg(2);

function source(index: string[], columns: Record<string, string[]> = {}) {
  return memorySource({
    counts: [],
    genes: index,
    var: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, strings(...values)])),
  });
}

describe('gene ids are read', () => {
  test('from the var index when they are there', () => {
    expect(readGeneIds(source([ensg(1), ensg(2)]), isKnown, undefined, false)).toEqual({
      ids: [ensg(1), ensg(2)],
      from: 'var index',
    });
  });

  test('from whichever usual column has most known genes', () => {
    const file = source(['A', 'B'], { gene_ids: [ensg(1), ensg(2)], ensembl_id: [ensg(1), 'other'] });
    expect(readGeneIds(file, isKnown, undefined, false).from).toBe('var column gene_ids');
  });

  test('from the column that is named, whatever is in it', () => {
    const file = source([ensg(1)], { mine: ['what'] });
    expect(readGeneIds(file, isKnown, { column: 'mine' }, false)).toEqual({ ids: ['what'], from: 'var column mine' });
  });

  test('from a column of other Ensembl ids rather than from none, so that the report can say what they are', () => {
    const file = source(['Actb'], { gene_id: ['ENSMUSG00000029580'] });
    expect(readGeneIds(file, isKnown, undefined, false).from).toBe('var column gene_id');
  });

  test('with missing values as empty', () => {
    expect(readGeneIds(source([ensg(1), 'NA', ' ', 'nan']), isKnown, undefined, false).ids).toEqual([
      ensg(1),
      '',
      '',
      '',
    ]);
  });
});

describe('a file is refused', () => {
  test('without gene ids, with what it has instead and what to do', () => {
    const read = () => readGeneIds(source(['ACTB', 'GAPDH'], { gene_id: ['x', 'y'] }), isKnown, undefined, false);
    expect(read).toThrow(GeneIdsMissingError);
    expect(read).toThrow(
      /^memory\.h5ad: no gene ids in var column gene_id, var index \(first values: "ACTB", "GAPDH"\)/,
    );
    expect(read).toThrow(/ensembl_id.*geneIds.*symbols/);
  });

  test('without the column that was named, with those it has', () => {
    const read = () => readGeneIds(source([ensg(1)], { a: ['x'], b: ['y'] }), isKnown, { column: 'c' }, false);
    expect(read).toThrow(ColumnError);
    expect(read).toThrow(/no var column c .* var columns: a, b/);
  });
});

test.each([
  ['ENSG00000141510.17', 'ENSG00000141510'],
  ['ENSMUSG00000029580.3', 'ENSMUSG00000029580'],
  ['ENSG00000141510', 'ENSG00000141510'],
  ['RP11-206L10.2', 'RP11-206L10.2'],
])('%s without its version is %s', (id, expected) => {
  expect(withoutVersion(id)).toBe(expected);
});

test.each([
  ['ENSG00000141510', true],
  ['ENSGR0000002586', true],
  ['ENSMUSG00000029580.3', true],
  ['ENSA', false],
  ['TP53', false],
])('%s is an Ensembl id: %s', (id, expected) => {
  expect(isEnsemblId(id)).toBe(expected);
});
