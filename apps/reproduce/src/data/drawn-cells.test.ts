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
const draw = async (table: string | Uint8Array) => {
  await writeFile(path.join(folder, 'means.csv'), table);
  return drawnCells(params, symbols, 0, 0);
};

test('names genes by their ids, sums two names of one gene, and drops symbols that no dictionary has', async () => {
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
  ["R's write.table", '"a" "b c"\n"TTN" 8 0.5\n"PLN" 0 3\n'],
  ['old Macs', '\uFEFF# means\r,a,b c\rTTN,8,0.5\rPLN,0,3\r'],
  ['Excel, as UTF-16 text', Buffer.from('\uFEFFgene\ta\tb c\r\nTTN\t8\t0.5\r\nPLN\t0\t3\r\n', 'utf16le')],
])('reads the same table as written by %s', async (_, table) => {
  const source = await draw(table);
  expect(source.var.index).toEqual(['ENSG00000155657', 'ENSG00000198523']);
  expect(source.obs.index).toEqual(['a#0', 'a#1', 'a#2', 'b c#0', 'b c#1', 'b c#2']);
});

test.each([
  [',a,b\nTTN,1\n', /means\.csv: line 2: has 2 fields but the header has 3/],
  [',a,b\nTTN,1,-2\n', /means\.csv: line 2, b: "-2" is not a mean expression; give a number >= 0/],
  [',a\nNOBODY,1\n', /means\.csv: a: no gene of this profile is known/],
  ['', /means\.csv: file: is empty/],
  ['TTN,1,2\nPLN,0,3\n', /means\.csv: header: has only numbers \(1\); add a line with a name per profile/],
  [',a\nTTN,0x10\n', /means\.csv: line 2, a: "0x10" is not a mean expression/],
  ['\n'.repeat(1_100_000), /means\.csv: .*(empty|there are more than)/],
])('refuses %j', async (table, message) => {
  await expect(draw(table)).rejects.toThrow(message);
});
