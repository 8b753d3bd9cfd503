import { ArgumentError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { denseRows } from '../testing/dense.js';
import { fixture, scratch } from '../testing/folder.js';
import { BlockMemory } from './csr.js';
import { openAnnData } from './open.js';
import type { OpenOptions } from './count-matrix.js';

const at = scratch();

async function table(): Promise<string> {
  const lines = ['a,b,c,d,e', 'ENSG00000000001,0,1,2,3,4', 'ENSG00000000002,5,0,0,7,8', 'ENSG00000000003,0,0,1,0,2'];
  await writeFile(at('counts.csv'), `${lines.join('\n')}\n`);
  return at('counts.csv');
}

const sources: [string, () => Promise<string>, OpenOptions][] = [
  ['rows', async () => fixture('current.h5ad'), { layer: 'X' }],
  ['dense rows', async () => fixture('current.h5ad'), { layer: 'dense' }],
  ['columns', async () => fixture('current.h5ad'), { layer: 'columns' }],
  ['columns in several passes', async () => fixture('current.h5ad'), { layer: 'columns', budget: 3 }],
  ['text', table, {}],
];

test('blocks that share memory have the same rows, and overwrite each other', async () => {
  const source = await openAnnData(fixture('current.h5ad'), { layer: 'X' });
  const whole = await denseRows(source.blocks());
  const memory = new BlockMemory();
  const rows: number[][] = [];
  const buffers = new Set<ArrayBufferLike>();
  for await (const block of source.blocks({ rows: 2, memory })) {
    rows.push(...(await denseRows([{ ...block, rowStart: 0 }])));
    buffers.add(block.data.buffer).add(block.indices.buffer);
  }
  expect(rows).toEqual(whole);
  // One for the values and one for their columns; the first block may have been smaller than a later one.
  expect(buffers.size).toBeLessThanOrEqual(4);
  await source.close();
});

describe.each(sources)('a range of a matrix stored as %s', (_, make, options) => {
  test('has the same rows as the whole matrix', async () => {
    const source = await openAnnData(await make(), options);
    const whole = await denseRows(source.blocks());
    for (let from = 0; from <= source.nObs; from++) {
      for (let to = from; to <= source.nObs; to++) {
        const rows: number[][] = [];
        for await (const block of source.blocks({ rows: 2, from, to })) {
          expect(block.rowStart).toBe(from + rows.length);
          rows.push(...(await denseRows([{ ...block, rowStart: 0 }])));
        }
        expect(rows).toEqual(whole.slice(from, to));
      }
    }
    await source.close();
  });
});

test.each([{ from: -1 }, { to: 8 }, { from: 3, to: 2 }, { from: 0.5 }, { rows: 0 }, { rows: NaN }])(
  'rejects %j with the numbers in the message',
  async (range) => {
    const source = await openAnnData(fixture('current.h5ad'));
    await expect(denseRows(source.blocks(range))).rejects.toThrow(ArgumentError);
    await source.close();
  },
);
