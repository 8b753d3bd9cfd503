import { FileAccessError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { blocksOf, denseRows } from '../testing/dense.js';
import { scratch } from '../testing/folder.js';
import { writeH5ad } from './h5ad/write.js';
import { openAnnData } from './open.js';

const at = scratch();
const CHANGED = /changed while it was read; check that no other program writes it, and run again/;

/** Overwrites a file in place. Two writes within the resolution of the clock may have the same time. */
function overwrite(path: string, text: string): void {
  writeFileSync(path, text);
  utimesSync(path, 1, 1);
}

const csv = 'gene,c1,c2\nENSG00000155657,0,2\nENSG00000198523,0,4\n';
const h5ad = (name: string, rows: number[][]): Promise<void> =>
  writeH5ad(at(name), {
    obs: { index: rows.map((_, i) => `c${i}`), columns: new Map() },
    var: { index: ['g0', 'g1'], columns: new Map() },
    blocks: blocksOf(rows, 2),
  });

describe('a file that another program writes after it was opened', () => {
  test.each([
    ['of the same size', csv.replace('0,2', '7,0').replace('0,4', '8,0')],
    ['with more counts', csv.replace('0,2', '7,2').replace('0,4', '8,4')],
    ['with another order', 'gene,c2,c1\nENSG00000198523,4,0\nENSG00000155657,2,0\n'],
    ['with another gene', `${csv}ENSG00000000003,7,7\n`],
  ])('a table %s', async (_, changed) => {
    writeFileSync(at('m.csv'), csv);
    const source = await openAnnData(at('m.csv'));
    expect(await denseRows(source.blocks())).toEqual([
      [0, 0],
      [2, 4],
    ]);
    overwrite(at('m.csv'), changed);
    const reading = denseRows(source.blocks());
    await expect(reading).rejects.toThrow(FileAccessError);
    await expect(reading).rejects.toThrow(CHANGED);
    await source.close();
  });

  test('a Matrix Market file', async () => {
    const matrix = '%%MatrixMarket matrix coordinate integer general\n3 2 2\n1 1 5\n2 2 9\n';
    mkdirSync(at('10x'));
    writeFileSync(at('10x/matrix.mtx'), matrix);
    writeFileSync(at('10x/genes.tsv'), 'a\nb\nc\n');
    writeFileSync(at('10x/barcodes.tsv'), 'x\ny\n');
    const source = await openAnnData(at('10x'));
    await denseRows(source.blocks());
    overwrite(at('10x/matrix.mtx'), matrix.replace('2 2 9', '2 1 9'));
    await expect(denseRows(source.blocks())).rejects.toThrow(CHANGED);
    await source.close();
  });

  test('an h5ad file', async () => {
    await h5ad('a.h5ad', [[1, 2]]);
    await h5ad('b.h5ad', [[3, 4]]);
    const source = await openAnnData(at('a.h5ad'));
    await copyFile(at('b.h5ad'), at('a.h5ad'));
    utimesSync(at('a.h5ad'), 1, 1);
    await expect(denseRows(source.blocks())).rejects.toThrow(CHANGED);
    await source.close();
  });
});

describe('a file that is replaced after it was opened', () => {
  test('is read as it was, but not opened again for a thread', async () => {
    await h5ad('old.h5ad', [[1, 2]]);
    await h5ad('new.h5ad', [[3, 4]]);
    const source = await openAnnData(at('old.h5ad'));
    const { path, options } = source.reopen!;
    await (await openAnnData(path, structuredClone(options))).close();
    renameSync(at('new.h5ad'), at('old.h5ad'));
    expect(await denseRows(source.blocks())).toEqual([[1, 2]]);
    await expect(openAnnData(path, structuredClone(options))).rejects.toThrow(
      /old.h5ad: changed or was replaced after it was opened; check that no other program writes it, and open it again/,
    );
    await source.close();
  });
});
