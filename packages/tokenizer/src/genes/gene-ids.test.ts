import { describe, expect, test } from '@jest/globals';
import { ColumnError, GeneIdsMissingError } from '../errors.js';
import { memorySource, strings } from '../testing/memory-source.js';
import { ensg } from '../testing/vocabularies.js';
import { readGeneIds } from './gene-ids.js';

const isKnown = (id: string): boolean => id === ensg(1) || id === ensg(2);

function source(index: string[], columns: Record<string, string[]> = {}) {
  return memorySource({
    counts: [],
    genes: index,
    var: Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, strings(...values)])),
  });
}

describe('gene ids are read', () => {
  test('from the var index if it has them', () => {
    expect(readGeneIds(source([ensg(1), ensg(2)]), isKnown, undefined, false)).toEqual({
      ids: [ensg(1), ensg(2)],
      from: 'var index',
    });
  });

  test('from the usual column with the most known genes', () => {
    const file = source(['A', 'B'], { gene_ids: [ensg(1), ensg(2)], ensembl_id: [ensg(1), 'other'] });
    expect(readGeneIds(file, isKnown, undefined, false).from).toBe('var column gene_ids');
  });

  test('from a named column, whatever its content', () => {
    const file = source([ensg(1)], { mine: ['what'] });
    expect(readGeneIds(file, isKnown, { column: 'mine' }, false)).toEqual({ ids: ['what'], from: 'var column mine' });
  });

  test('from a column of other Ensembl ids if no gene is known, so that the report can name them', () => {
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

describe('gene ids are found by content', () => {
  test.each(['Accession', 'EnsemblID', 'ENSEMBL', 'GeneID', 'symbol', 'anything at all'])('in %s', (name) => {
    const file = source(['ACTB', 'CD19'], { [name]: [ensg(1), ensg(2)], chromosome: ['1', '2'] });
    expect(readGeneIds(file, isKnown, undefined, false)).toEqual({
      ids: [ensg(1), ensg(2)],
      from: `var column ${name}`,
    });
  });

  test('not in an index of symbols with a few ids', () => {
    const file = source(['ACTB', ensg(2)], { Accession: [ensg(1), ensg(2)] });
    expect(readGeneIds(file, isKnown, undefined, false).from).toBe('var column Accession');
  });

  test('in a usual column or the index if no other column has more', () => {
    const file = source([ensg(1), ensg(2)], { nearest: [ensg(2), ensg(1)] });
    expect(readGeneIds(file, isKnown, undefined, false).from).toBe('var index');
  });

  test('in a categorical column', () => {
    const file = source(['A', 'B', 'C']);
    file.var.columns.set('Gene', {
      kind: 'categorical',
      categories: [ensg(2), ensg(1)],
      codes: Int32Array.of(1, 0, -1),
    });
    expect(readGeneIds(file, isKnown, undefined, false).ids).toEqual([ensg(1), ensg(2), '']);
  });

  test('but not in a column of orthologs of another species', () => {
    const file = source(['ENSMUSG00000029580', 'ENSMUSG00000057666'], { human_ortholog: [ensg(1), ensg(2)] });
    expect(readGeneIds(file, isKnown, undefined, false).from).toBe('var index');
    expect(readGeneIds(file, isKnown, { column: 'human_ortholog' }, false).ids).toEqual([ensg(1), ensg(2)]);
  });

  test('among 200,000 features', () => {
    const names = Array.from({ length: 200_000 }, (_, i) => `g${i}`);
    const ids = Array.from({ length: 200_000 }, (_, i) => ensg(i));
    const file = source(names);
    file.var.columns.set('note', { kind: 'string', values: names }).set('Accession', { kind: 'string', values: ids });
    const found = readGeneIds(file, isKnown, undefined, false);
    expect([found.from, found.ids.length]).toEqual(['var column Accession', 200_000]);
  });

  test('and have no quotes; features that are not genes get none', () => {
    const file = source([`"${ensg(1)}"`, ensg(2), "'x'"], {
      feature_types: ['Gene Expression', 'Antibody Capture', 'Gene Expression'],
    });
    expect(readGeneIds(file, isKnown, undefined, false).ids).toEqual([ensg(1), '', 'x']);
  });
});

describe('a file is refused', () => {
  test('without gene ids; the error shows the columns and the remedy', () => {
    const read = () =>
      readGeneIds(source(['ACTB', 'GAPDH'], { gene_id: ['x', 'y'], note: ['z', ''] }), isKnown, undefined, false);
    expect(read).toThrow(GeneIdsMissingError);
    expect(read).toThrow(
      'memory.h5ad: no gene ids in var column gene_id ("x", "y"), var index ("ACTB", "GAPDH"), var column note ("z"); ' +
        'add a var column ensembl_id with Ensembl gene ids (ENSG…)',
    );
  });

  test('and the error suggests symbols only if they belong to known genes', () => {
    const isSymbol = (id: string) => id === 'ACTB';
    const read = (genes: string[], types?: string[]) => () =>
      readGeneIds(source(genes, types && { feature_types: types }), isKnown, undefined, false, isSymbol);
    expect(read(['ACTB', 'GAPDH'])).toThrow(/the var index contains gene symbols: set the option symbols/);
    expect(read(['x', 'y'])).not.toThrow(/symbols/);
    expect(read(['x', 'ACTB'], ['Gene Expression', 'Antibody Capture'])).not.toThrow(/symbols/);
  });

  test('with features of other types only, whatever their names', () => {
    const file = source(['CD3E', 'CD19'], { feature_type: ['Antibody Capture', 'Antibody Capture'] });
    expect(() => readGeneIds(file, isKnown, undefined, true, () => true)).toThrow(
      /none of its features is gene expression \(found Antibody Capture\): open a file with gene expression$/,
    );
  });

  test('without a named column; the error lists the columns', () => {
    const read = () => readGeneIds(source([ensg(1)], { a: ['x'], b: ['y'] }), isKnown, { column: 'c' }, false);
    expect(read).toThrow(ColumnError);
    expect(read).toThrow(/var column c not found; .* var columns: a, b/);
  });
});
