import { FieldMissingError, FileMissingError, FormatError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { denseRows } from '../../testing/dense.js';
import { fixture, scratch } from '../../testing/folder.js';
import { openAnnData } from '../open.js';
import type { Orientation } from '../count-matrix.js';

const at = scratch();

const BANNER = '%%MatrixMarket matrix coordinate integer general\n';
const GENES = 'ENSG1\tTTN\nENSG2\tPLN\n';
const CELLS = 'AAA-1\nCCC-1\nGGG-1\n';
// Genes x cells in the order of the cells, like Cell Ranger.
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
  test('reads version 2 with plain files and genes.tsv', async () => {
    const path = await folder('v2', {
      'matrix.mtx': `${BANNER}%\n2 3 3\n${ENTRIES}`,
      'genes.tsv': GENES,
      'barcodes.tsv': CELLS,
    });
    const source = await openAnnData(path);
    expect([source.format, source.nObs, source.nVars]).toEqual(['mtx', 3, 2]);
    expect(source.obs.index).toEqual(['AAA-1', 'CCC-1', 'GGG-1']);
    expect(source.var).toEqual({
      index: ['ENSG1', 'ENSG2'],
      columns: new Map([['symbol', { kind: 'string', values: ['TTN', 'PLN'] }]]),
    });
    expect(await denseRows(source.blocks({ rows: 2 }))).toEqual(ROWS);
    expect(await denseRows(source.blocks())).toEqual(ROWS);
  });

  test('reads version 3 with gzip, types and a common prefix, opened by its matrix', async () => {
    const path = await folder('v3', {
      'GSM1_matrix.mtx.gz': gzipSync(`${BANNER}2 3 3\n${ENTRIES}`),
      'GSM1_features.tsv.gz': gzipSync('ENSG1\tTTN\tGene Expression\r\nENSG2\tPLN\tGene Expression\r\n'),
      'GSM1_barcodes.tsv.gz': gzipSync(CELLS),
      'GSM2_barcodes.tsv.gz': gzipSync('other\n'),
    });
    const source = await openAnnData(`${path}/GSM1_matrix.mtx.gz`);
    expect([...source.var.columns.keys()]).toEqual(['symbol', 'feature_type']);
    expect(await denseRows(source.blocks())).toEqual(ROWS);
  });

  test('reads entries in the order of genes, odd spacing, Windows line endings and fractions', async () => {
    const path = await folder('odd', {
      'matrix.mtx': `%%MatrixMarket matrix coordinate real general\r\n2 3 3\r\n1 1 3.0\r\n2  3\t2e1 \r\n2 1 1`,
      'genes.tsv': GENES,
      'barcodes.tsv': CELLS,
    });
    expect(await denseRows((await openAnnData(path)).blocks({ rows: 1 }))).toEqual(ROWS);
    expect(await denseRows((await openAnnData(path, { budget: 1 })).blocks({ rows: 1 }))).toEqual(ROWS);
  });

  test('detects cells x genes from the sizes', async () => {
    const path = await folder('turned', {
      'matrix.mtx': `${BANNER}3 2 3\n1 1 3\n1 2 1\n3 2 20\n`,
      'genes.tsv': GENES,
      'barcodes.tsv': CELLS,
    });
    expect(await denseRows((await openAnnData(path)).blocks())).toEqual(ROWS);
  });

  test('reads more features and cells than a call can have arguments', async () => {
    const count = 200_000;
    const lines = (name: string): string =>
      Array.from({ length: count }, (_, i) => name.replace('#', `${i}`)).join('\n');
    const path = await folder('many', {
      'matrix.mtx': `${BANNER}${count} ${count} 2\n1 1 3\n${count} ${count} 4\n`,
      'features.tsv': lines('ENSG#\tG#\tGene Expression'),
      'barcodes.tsv': lines('cell#'),
    });
    const source = await openAnnData(path, { orientation: 'genes-by-cells' });
    // Cells without counts are dropped from a folder of this size.
    expect([source.nObs, source.nVars]).toEqual([2, count]);
    expect(source.var.columns.get('symbol')).toMatchObject({ kind: 'string' });
    const values: number[] = [];
    for await (const { data } of source.blocks({ rows: 50_000 })) for (const value of data) values.push(value);
    expect(values).toEqual([3, 4]);
  });

  test('accepts a single column of genes', async () => {
    const path = await folder('ids', {
      'matrix.mtx': `${BANNER}2 3 3\n${ENTRIES}`,
      'genes.tsv': 'ENSG1\nENSG2\n',
      'barcodes.tsv': CELLS,
    });
    expect((await openAnnData(path)).var.columns.size).toBe(0);
  });
});

describe('Matrix Market files agree with scipy', () => {
  const golden = JSON.parse(readFileSync(fixture('text/text.json'), 'utf8')) as {
    matrices: Record<string, { text: string; dense: number[][] }>;
  };
  test.each(Object.entries(golden.matrices))('%s', async (name, { text, dense }) => {
    const names = (prefix: string, count: number): string =>
      Array.from({ length: count }, (_, i) => `${prefix}${i}\n`).join('');
    const path = await folder(`golden-${name}`, {
      'matrix.mtx': text,
      'genes.tsv': names('G', dense.length),
      'barcodes.tsv': names('C', dense[0].length),
    });
    const rows = dense[0].map((_, cell) => dense.map((gene) => gene[cell]));
    expect(await denseRows((await openAnnData(path)).blocks({ rows: 2 }))).toEqual(rows);
  });
});

describe('folders of other tools', () => {
  const turned = `${BANNER}3 2 3\n1 1 3\n1 2 1\n3 2 20\n`;
  test.each([
    ['kallisto | bustools', 'cells_x_genes.mtx', 'cells_x_genes.genes.txt', 'cells_x_genes.barcodes.txt'],
    ['alevin', 'quants_mat.mtx.gz', 'quants_mat_cols.txt', 'quants_mat_rows.txt'],
    ['other count matrices of STARsolo', 'UniqueAndMult-EM.mtx', 'features.tsv', 'barcodes.tsv'],
  ])('%s', async (tool, matrix, features, barcodes) => {
    const path = await folder(tool, {
      [matrix]: matrix.endsWith('.gz') ? gzipSync(turned) : turned,
      [features]: GENES,
      [barcodes]: CELLS,
    });
    for (const place of [path, `${path}/${matrix}`]) {
      const source = await openAnnData(place);
      expect([source.format, source.orientation]).toEqual(['mtx', 'cells-by-genes']);
      expect(await denseRows(source.blocks())).toEqual(ROWS);
    }
  });

  test('reads quoted names, line endings of Windows and classic Mac OS, and UTF-16', async () => {
    const path = await folder('quoted', {
      'matrix.mtx': `${BANNER}2 3 3\n${ENTRIES}`.replaceAll('\n', '\r'),
      'genes.tsv': Buffer.from('\uFEFF"ENSG1"\t"TTN"\r\n"ENSG2"\t"PLN"\r\n', 'utf16le'),
      'barcodes.tsv': '"AAA-1"\r"CCC-1"\r"GGG-1"',
    });
    const source = await openAnnData(path);
    expect(source.obs.index).toEqual(['AAA-1', 'CCC-1', 'GGG-1']);
    expect(source.var.index).toEqual(['ENSG1', 'ENSG2']);
    expect(source.var.columns.get('symbol')).toEqual({ kind: 'string', values: ['TTN', 'PLN'] });
    expect(await denseRows(source.blocks())).toEqual(ROWS);
  });

  test('requires the orientation for as many genes as cells', async () => {
    const path = await folder('square', {
      'matrix.mtx': `${BANNER}2 2 1\n2 1 5\n`,
      'genes.tsv': GENES,
      'barcodes.tsv': 'A\nB\n',
    });
    await expect(openAnnData(path)).rejects.toThrow(/orientation: cannot be detected from the size 2 x 2/);
    const rows = async (orientation: Orientation) => denseRows((await openAnnData(path, { orientation })).blocks());
    expect(await rows('genes-by-cells')).toEqual([
      [0, 5],
      [0, 0],
    ]);
    expect(await rows('cells-by-genes')).toEqual([
      [0, 0],
      [5, 0],
    ]);
  });
});

describe('folders with every possible barcode', () => {
  const many = 300_000;
  const barcode = (cell: number): string =>
    `${cell
      .toString(4)
      .padStart(16, '0')
      .replace(/\d/g, (d) => 'ACGT'[+d])}-1`;

  test('counts empty barcodes instead of listing them', async () => {
    const full = [5, 70_000, 299_999];
    const path = await folder('raw', {
      'matrix.mtx.gz': gzipSync(
        `${BANNER}2 ${many} 3\n${full.map((cell, i) => `${1 + (i % 2)} ${cell + 1} ${i + 1}\n`).join('')}`,
      ),
      'features.tsv.gz': gzipSync(GENES),
      'barcodes.tsv.gz': gzipSync(Array.from({ length: many }, (_, cell) => `${barcode(cell)}\n`).join('')),
    });
    const source = await openAnnData(path);
    expect(source.nObs).toBe(3);
    expect(source.obs.index).toEqual(full.map(barcode));
    expect(source.notes).toEqual([`${path}: 299997 of its 300000 barcodes have no counts and are left out`]);
    expect(await denseRows(source.blocks({ rows: 2 }))).toEqual([
      [1, 0],
      [0, 2],
      [3, 0],
    ]);
  });

  test('does not keep the names of empty barcodes in memory', async () => {
    const path = at('raw');
    const script = `
      const { openFolder, openMtx } = await import(process.argv[1]);
      globalThis.gc();
      const before = process.memoryUsage().heapUsed;
      const source = await openMtx(await openFolder(process.argv[2]), undefined, {});
      globalThis.gc();
      process.stdout.write(\`\${process.memoryUsage().heapUsed - before} \${source.nObs}\`);`;
    const bundle = at('io.mjs');
    await build({
      stdin: {
        contents: "export { openFolder } from '../../base/input.js'; export { openMtx } from './open.js';",
        loader: 'ts',
        resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: bundle,
      conditions: ['@geneformer-ts/source'],
    });
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      '--input-type=module',
      '-e',
      script,
      bundle,
      path,
    ]);
    // 300,000 names of 18 letters take 14 MB or more.
    const [held, cells] = stdout.split(' ').map(Number);
    expect(cells).toBe(3);
    expect(held).toBeLessThan(2e6);
  });

  test('rejects more names than the matrix has rows or columns before they fill the memory', async () => {
    const path = await folder('bomb', {
      'matrix.mtx': `${BANNER}2 3 3\n${ENTRIES}`,
      'genes.tsv': GENES,
      'barcodes.tsv.gz': gzipSync('A\n'.repeat(2_000_000)),
    });
    await expect(openAnnData(path)).rejects.toThrow(
      /lines: there are more than 4, too many for the size of the matrix/,
    );
  });

  test('points out a header among the names', async () => {
    const path = await folder('headed', {
      'matrix.mtx': `${BANNER}2 3 3\n${ENTRIES}`,
      'genes.tsv': GENES,
      'barcodes.tsv': `x\n${CELLS}`,
    });
    await expect(openAnnData(path)).rejects.toThrow(
      /one name too many; the first line of the barcodes is 'x'; delete it if/,
    );
  });
});

describe('rejected folders', () => {
  const files = { 'genes.tsv': GENES, 'barcodes.tsv': CELLS };

  test('rejects a missing folder, an empty folder and a folder with two matrices', async () => {
    await expect(openAnnData(at('none'))).rejects.toThrow(FileMissingError);
    await expect(openAnnData(await folder('empty', {}))).rejects.toThrow(
      /no matrix.mtx or matrix.mtx.gz; the file has none/,
    );
    const both = await folder('both', { 'a_matrix.mtx': '', 'b_matrix.mtx': '' });
    await expect(openAnnData(both)).rejects.toThrow(/contains several matrices \(a_matrix.mtx, b_matrix.mtx\)/);
  });

  test('rejects a folder without names', async () => {
    const path = await folder('nameless', { 'matrix.mtx': BANNER, 'barcodes.tsv': CELLS });
    await expect(openAnnData(path)).rejects.toThrow(FieldMissingError);
    await expect(openAnnData(path)).rejects.toThrow(/no features.tsv or features.tsv.gz or genes.tsv/);
  });

  const headers: [string, string, RegExp][] = [
    ['empty', '', /is empty/],
    ['not Matrix Market', 'a,b\n1,2\n', /does not begin with '%%MatrixMarket matrix'/],
    ['dense', '%%MatrixMarket matrix array integer general\n', /layout is 'array', not coordinate/],
    ['complex', '%%MatrixMarket matrix coordinate complex general\n', /field is 'complex', not one of integer, /],
    ['skew', '%%MatrixMarket matrix coordinate real skew-symmetric\n', /symmetry is 'skew-symmetric', not general or/],
    ['hermitian', '%%MatrixMarket matrix coordinate real hermitian\n', /symmetry is 'hermitian', not general or/],
    [
      'symmetric but not square',
      '%%MatrixMarket matrix coordinate real symmetric\n2 3 0\n',
      /symmetric but has size 2 x 3/,
    ],
    ['without sizes', BANNER, /has no size line/],
    ['given with invalid sizes', `${BANNER}2 -3 3\n`, /size line '2 -3 3' is not three integers/],
    ['of another size', `${BANNER}5 5 0\n`, /size 5 x 5 does not match 2 genes and 3 barcodes/],
  ];
  test.each(headers)('rejects a matrix that is %s', async (name, text, message) => {
    const path = await folder(`header-${name}`, { ...files, 'matrix.mtx': text });
    await expect(openAnnData(path)).rejects.toThrow(FormatError);
    await expect(openAnnData(path)).rejects.toThrow(message);
  });

  const bodies: [string, string, RegExp][] = [
    ['a row outside the matrix', '1 1 3\n3 1 1\n2 3 20\n', /entry 2: '3 1 1' is not 'row column value' within 2 x 3/],
    ['column zero', '1 0 3\n', /entry 1: '1 0 3'/],
    ['a word', '1 1 three\n', /entry 1: '1 1 three'/],
    ['no value', '1 1\n', /entry 1: '1 1'/],
    ['a value in hexadecimal', '1 1 0x10\n', /entry 1: '1 1 0x10'/],
    ['too few entries', '1 1 3\n', /the header states 3 but the file has 1/],
    ['too many entries', `${ENTRIES}1 2 1\n`, /the header states 3 but the file has more/],
  ];
  test.each(bodies)('rejects a matrix with %s', async (name, text, message) => {
    const path = await folder(`body-${name}`, { ...files, 'matrix.mtx': `${BANNER}2 3 3\n${text}` });
    const source = await openAnnData(path);
    await expect(denseRows(source.blocks())).rejects.toThrow(FormatError);
    await expect(denseRows(source.blocks())).rejects.toThrow(message);
  });
});
