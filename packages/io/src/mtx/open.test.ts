import { describe, expect, test } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { FieldMissingError, FileMissingError, FormatError } from '../errors.js';
import { openCells } from '../open-cells.js';
import { denseRows } from '../testing/dense.js';
import { scratch } from '../testing/folder.js';

const at = scratch();

const BANNER = '%%MatrixMarket matrix coordinate integer general\n';
const GENES = 'ENSG1\tTTN\nENSG2\tPLN\n';
const CELLS = 'AAA-1\nCCC-1\nGGG-1\n';
// Genes by cells, cell after cell, as Cell Ranger writes it.
const ENTRIES = '1 1 3\n2 1 1\n2 3 20\n';
const ROWS = [
  [3, 1],
  [0, 0],
  [0, 20],
];

async function folder(name: string, files: Record<string, string | Uint8Array>): Promise<string> {
  await mkdir(at(name), { recursive: true });
  for (const [file, content] of Object.entries(files)) await writeFile(at(`${name}/${file}`), content);
  return at(name);
}

describe('10x folders', () => {
  test('version 2: plain, genes.tsv', async () => {
    const path = await folder('v2', {
      'matrix.mtx': `${BANNER}%\n2 3 3\n${ENTRIES}`,
      'genes.tsv': GENES,
      'barcodes.tsv': CELLS,
    });
    const source = await openCells(path);
    expect([source.format, source.nObs, source.nVars]).toEqual(['mtx', 3, 2]);
    expect(source.obs.index).toEqual(['AAA-1', 'CCC-1', 'GGG-1']);
    expect(source.var).toEqual({
      index: ['ENSG1', 'ENSG2'],
      columns: new Map([['symbol', { kind: 'string', values: ['TTN', 'PLN'] }]]),
    });
    expect(await denseRows(source.blocks({ rows: 2 }))).toEqual(ROWS);
    expect(await denseRows(source.blocks())).toEqual(ROWS);
  });

  test('version 3: packed, features.tsv with types, a common prefix, opened by its matrix', async () => {
    const path = await folder('v3', {
      'GSM1_matrix.mtx.gz': gzipSync(`${BANNER}2 3 3\n${ENTRIES}`),
      'GSM1_features.tsv.gz': gzipSync('ENSG1\tTTN\tGene Expression\r\nENSG2\tPLN\tGene Expression\r\n'),
      'GSM1_barcodes.tsv.gz': gzipSync(CELLS),
      'GSM2_barcodes.tsv.gz': gzipSync('other\n'),
    });
    const source = await openCells(`${path}/GSM1_matrix.mtx.gz`);
    expect([...source.var.columns.keys()]).toEqual(['symbol', 'feature_type']);
    expect(await denseRows(source.blocks())).toEqual(ROWS);
  });

  test('entries gene after gene, odd spacing, Windows line ends, no last line end, fractions', async () => {
    const path = await folder('odd', {
      'matrix.mtx': `%%MatrixMarket matrix coordinate real general\r\n2 3 3\r\n1 1 3.0\r\n2  3\t2e1 \r\n2 1 1`,
      'genes.tsv': GENES,
      'barcodes.tsv': CELLS,
    });
    expect(await denseRows((await openCells(path)).blocks({ rows: 1 }))).toEqual(ROWS);
    expect(await denseRows((await openCells(path, { budget: 1 })).blocks({ rows: 1 }))).toEqual(ROWS);
  });

  test('cells by genes is told by the sizes', async () => {
    const path = await folder('turned', {
      'matrix.mtx': `${BANNER}3 2 3\n1 1 3\n1 2 1\n3 2 20\n`,
      'genes.tsv': GENES,
      'barcodes.tsv': CELLS,
    });
    expect(await denseRows((await openCells(path)).blocks())).toEqual(ROWS);
  });

  test('more features and cells than a call can have arguments', async () => {
    const count = 200_000;
    const lines = (name: string): string =>
      Array.from({ length: count }, (_, i) => name.replace('#', `${i}`)).join('\n');
    const path = await folder('many', {
      'matrix.mtx': `${BANNER}${count} ${count} 2\n1 1 3\n${count} ${count} 4\n`,
      'features.tsv': lines('ENSG#\tG#\tGene Expression'),
      'barcodes.tsv': lines('cell#'),
    });
    const source = await openCells(path);
    expect([source.nObs, source.nVars]).toEqual([count, count]);
    expect(source.var.columns.get('symbol')).toMatchObject({ kind: 'string' });
    const values: number[] = [];
    for await (const { data } of source.blocks({ rows: 50_000 })) for (const value of data) values.push(value);
    expect(values).toEqual([3, 4]);
  });

  test('one column of genes is enough', async () => {
    const path = await folder('ids', {
      'matrix.mtx': `${BANNER}2 3 3\n${ENTRIES}`,
      'genes.tsv': 'ENSG1\nENSG2\n',
      'barcodes.tsv': CELLS,
    });
    expect((await openCells(path)).var.columns.size).toBe(0);
  });
});

describe('folders that cannot be read', () => {
  const files = { 'genes.tsv': GENES, 'barcodes.tsv': CELLS };

  test('absent, empty, or with two matrices', async () => {
    await expect(openCells(at('none'))).rejects.toThrow(FileMissingError);
    await expect(openCells(await folder('empty', {}))).rejects.toThrow(
      /no matrix.mtx or matrix.mtx.gz; the file has none/,
    );
    const both = await folder('both', { 'a_matrix.mtx': '', 'b_matrix.mtx': '' });
    await expect(openCells(both)).rejects.toThrow(/holds several matrices \(a_matrix.mtx, b_matrix.mtx\)/);
  });

  test('without its names', async () => {
    const path = await folder('nameless', { 'matrix.mtx': BANNER, 'barcodes.tsv': CELLS });
    await expect(openCells(path)).rejects.toThrow(FieldMissingError);
    await expect(openCells(path)).rejects.toThrow(/no features.tsv or features.tsv.gz or genes.tsv/);
  });

  const headers: [string, string, RegExp][] = [
    ['empty', '', /is empty/],
    ['not Matrix Market', 'a,b\n1,2\n', /does not begin with '%%MatrixMarket matrix'/],
    ['dense', '%%MatrixMarket matrix array integer general\n', /layout is 'array', not coordinate/],
    ['a pattern', '%%MatrixMarket matrix coordinate pattern general\n', /field is 'pattern', not integer or real/],
    ['symmetric', '%%MatrixMarket matrix coordinate integer symmetric\n', /symmetry is 'symmetric', not general/],
    ['without sizes', BANNER, /has no size line/],
    ['with odd sizes', `${BANNER}2 -3 3\n`, /size line '2 -3 3' is not three whole numbers/],
    ['of another size', `${BANNER}5 5 0\n`, /size 5 x 5 does not fit 2 genes and 3 barcodes/],
  ];
  test.each(headers)('a matrix that is %s', async (name, text, message) => {
    const path = await folder(`header-${name}`, { ...files, 'matrix.mtx': text });
    await expect(openCells(path)).rejects.toThrow(FormatError);
    await expect(openCells(path)).rejects.toThrow(message);
  });

  const bodies: [string, string, RegExp][] = [
    ['a row too far', '1 1 3\n3 1 1\n2 3 20\n', /entry 2: '3 1 1' is not 'row column value' within 2 x 3/],
    ['column zero', '1 0 3\n', /entry 1: '1 0 3'/],
    ['a word', '1 1 three\n', /entry 1: '1 1 three'/],
    ['no value', '1 1\n', /entry 1: '1 1'/],
    ['too few entries', '1 1 3\n', /the header promises 3 but the file has 1/],
    ['too many entries', `${ENTRIES}1 2 1\n`, /the header promises 3 but the file has 4/],
  ];
  test.each(bodies)('a matrix with %s', async (name, text, message) => {
    const path = await folder(`body-${name}`, { ...files, 'matrix.mtx': `${BANNER}2 3 3\n${text}` });
    const source = await openCells(path);
    await expect(denseRows(source.blocks())).rejects.toThrow(FormatError);
    await expect(denseRows(source.blocks())).rejects.toThrow(message);
  });
});
