import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drawnCells } from './drawn-cells.js';

let folder: string;
const before = process.env.GENEFORMER_DATA;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'profiles-'));
  process.env.GENEFORMER_DATA = folder;
});
afterEach(async () => {
  if (before === undefined) delete process.env.GENEFORMER_DATA;
  else process.env.GENEFORMER_DATA = before;
  await rm(folder, { recursive: true, force: true });
});

const params = { path: 'means.csv', cellsPerProfile: 3, depth: { median: 500, sigma: 0.2 } };
const symbols = new Map([
  ['TTN', 'ENSG00000155657'],
  ['PLN', 'ENSG00000198523'],
  ['PLN-OLD', 'ENSG00000198523'],
]);
const draw = async (table: string) => {
  await writeFile(path.join(folder, 'means.csv'), table);
  return drawnCells(params, symbols, 0, 0);
};

test('names genes by their ids, adds up two names of one gene, and leaves out what no dictionary knows', async () => {
  const source = await draw('"","muscle (A, high)",blood\nTTN,8,0\nPLN,,3\nPLN-OLD,2,\nNOBODY,90,90\n');
  expect(source.var.index).toEqual(['ENSG00000155657', 'ENSG00000198523']);
  expect(source.obs.index.slice(2, 4)).toEqual(['muscle (A, high)#2', 'blood#0']);
  const genes: number[][] = [];
  for await (const { rows, indptr, indices } of source.blocks()) {
    for (let row = 0; row < rows; row++) genes.push([...indices.subarray(indptr[row], indptr[row + 1])]);
  }
  expect(genes).toEqual([[0, 1], [0, 1], [0, 1], [1], [1], [1]]);
});

test.each([
  [',a,b\nTTN,1\n', /means\.csv: line 2: has 2 fields but the header has 3/],
  [',a,b\nTTN,1,-2\n', /means\.csv: line 2, b: "-2" is not a mean expression; give a number from 0/],
  [',a\nNOBODY,1\n', /means\.csv: a: no gene of this profile is known/],
  ['', /means\.csv: file: is empty/],
])('refuses %j', async (table, message) => {
  await expect(draw(table)).rejects.toThrow(message);
});
