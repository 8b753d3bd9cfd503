import { ArgumentError, FormatError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { denseRows } from '../../testing/dense.js';
import { scratch } from '../../testing/folder.js';
import { openAnnData } from '../open.js';

const at = scratch();

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

const ROWS = [
  [3, 0],
  [0, 20],
  [1, 0],
];

describe('tables of counts', () => {
  const G1 = 'ENSG00000155657';
  const G2 = 'ENSG00000198523';
  const tables: [string, string][] = [
    ['genes as rows, empty corner', `,a,b,c\n${G1},3,0,1\n${G2},0,20,0\n`],
    ['genes as rows, named corner, semicolons', `gene;a;b;c\n${G1};3;0;1\n${G2};0;20;0\n`],
    ['genes as rows, no corner, quoted names (R)', `"a","b","c"\n"${G1}",3,0,1\n"${G2}",0,20,0\n`],
    [
      'genes as rows, versioned ids, tabs, Windows line ends',
      `id\ta\tb\tc\r\n${G1}.4\t3\t0\t1\r\n${G2}.12\t0\t20\t0\r\n`,
    ],
    ['cells down', `cell,${G1},${G2}\na,3,0\nb,0,20\nc,1,0\n`],
    ['cells as rows, no last line end, fractions and spaces', `,${G1},${G2}\na, 3.0 ,0.0\nb,0,2e1\nc,"1",0`],
    ['an empty line at the end', `,a,b,c\n${G1},3,0,1\n${G2},0,20,0\n\n`],
  ];

  test.each(tables)('%s', async (name, text) => {
    const source = await openAnnData(await file(`${name}.csv`, text));
    expect(source.orientation).toBe(
      name.startsWith('genes') || name.startsWith('an empty') ? 'genes-by-cells' : 'cells-by-genes',
    );
    expect(source.obs.index).toEqual(['a', 'b', 'c']);
    expect(source.var.index.map((gene) => gene.slice(0, 15))).toEqual([G1, G2]);
    expect(await denseRows(source.blocks({ rows: 2 }))).toEqual(ROWS);
  });

  test('reads gzip and names that contain the separator', async () => {
    const text = `,"a,1","b ""x""",c\n"G,1",3,0,1\nG2,0,20,0\n`;
    const source = await openAnnData(await file('odd.csv.gz', gzipSync(text)), { orientation: 'genes-by-cells' });
    expect(source.obs.index).toEqual(['a,1', 'b "x"', 'c']);
    expect(source.var.index).toEqual(['G,1', 'G2']);
    expect(await denseRows(source.blocks())).toEqual(ROWS);
  });

  test('detects the orientation from the metadata if gene symbols do not determine it', async () => {
    const path = await file('symbols.csv', ',a,b,c\nTTN,3,0,1\nPLN,0,20,0\n');
    await expect(openAnnData(path)).rejects.toThrow(ArgumentError);
    await expect(openAnnData(path)).rejects.toThrow(/set it to 'genes-by-cells' or 'cells-by-genes'/);
    const obs = await file('meta.csv', ',plate\nc,p2\nb,p1\na,p1\nz,p9\n');
    const source = await openAnnData(path, { obs });
    expect(source.obs.columns.get('plate')).toEqual({ kind: 'string', values: ['p1', 'p1', 'p2'] });
    expect(await denseRows(source.blocks())).toEqual(ROWS);
  });
});

describe('rejected tables', () => {
  const bad: [string, string, RegExp][] = [
    ['a word', ',a,b\nG1,1,x\n', /line 2, value 2: 'x' is not a number/],
    ['an empty field', ',a,b\nG1,,1\n', /line 2, value 1: '' is not a number/],
    ['a missing value', ',a,b\nG1,1,2\nG2,NA,1\n', /line 3, value 1: 'NA' is not a number/],
    ['a short line', ',a,b\nG1,1,2\nG2,1\n', /line 3: has 1 values but the header names 2/],
    ['a long line', ',a,b\nG1,1,2\nG2,1,2,3\n', /line 3: has 3 values but the header names 2/],
  ];
  test.each(bad)('%s', async (name, text, message) => {
    const source = await openAnnData(await file(`bad ${name}.csv`, text), { orientation: 'genes-by-cells' });
    await expect(denseRows(source.blocks())).rejects.toThrow(FormatError);
    await expect(denseRows(source.blocks())).rejects.toThrow(message);
  });

  test('rejects an empty file and a name without values', async () => {
    await expect(openAnnData(await file('empty.csv', ''))).rejects.toThrow(/is empty/);
    await expect(openAnnData(await file('cut.csv', ',a,b\nG1,1,2\nG2'))).rejects.toThrow(
      /line 3: has a name but no values/,
    );
  });
});
