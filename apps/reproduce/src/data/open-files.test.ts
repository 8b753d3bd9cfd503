import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { columnAsStrings } from '@geneformer-ts/io';
import { dataParams, type DataFile } from '../stages/data.params.js';
import { openFile } from './open-files.js';

let folder: string;
const before = process.env.GENEFORMER_DATA;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'open-files-'));
  process.env.GENEFORMER_DATA = folder;
  // Cell names 0, 1, 2, as pandas writes a default index.
  await writeFile(path.join(folder, 'counts.csv'), ',0,1,2\nENSG00000155657,3,0,1\nENSG00000198523,0,20,0\n');
});
afterEach(async () => {
  if (before === undefined) delete process.env.GENEFORMER_DATA;
  else process.env.GENEFORMER_DATA = before;
  await rm(folder, { recursive: true, force: true });
});

/** The section of an experiment file, as the schema reads it. */
function section(file: object): DataFile {
  const params = dataParams.parse({ kind: 'files', id: 'own', source: 'me', files: [{ path: 'counts.csv', ...file }] });
  return params.kind === 'files' ? params.files[0] : (undefined as never);
}

async function labels(table: string, obsJoin?: unknown): Promise<(string | null)[]> {
  await writeFile(path.join(folder, 'labels.csv'), table);
  const { source } = await openFile(section({ obs: 'labels.csv', ...(obsJoin ? { obsJoin } : {}) }), () => undefined);
  await source.close();
  return columnAsStrings(source.obs.columns.get('label')!);
}

describe('labels of cells whose names are numbers', () => {
  test('follow the identifiers of the table, not the order of its rows', async () => {
    expect(await labels('cell,label\n2,two\n0,zero\n1,one\n')).toEqual(['zero', 'one', 'two']);
  });

  test('are matched by row order only when the experiment says so', async () => {
    await expect(labels('label\nzero\none\ntwo\n')).rejects.toThrow(/labels\.csv: cells: no column contains a cell/);
    expect(await labels('label\nzero\none\ntwo\n', 'order')).toEqual(['zero', 'one', 'two']);
    await expect(labels('label\nzero\none\n', 'order')).rejects.toThrow(/there are 2 but .* has 3 cells/);
  });

  test('follow the column that the experiment names when several columns match', async () => {
    const table = ',cell,label\n0,2,two\n1,0,zero\n2,1,one\n';
    await expect(labels(table)).rejects.toThrow(/first column, column 'cell' all name the cells .* and disagree/);
    expect(await labels(table, { column: 'cell' })).toEqual(['zero', 'one', 'two']);
  });
});

test('obsJoin without a table, or with an unknown value, is refused when the experiment is read', () => {
  expect(() => section({ obsJoin: 'order' })).toThrow(/obsJoin needs a table; give obs, or remove obsJoin/);
  expect(() => section({ obs: 'labels.csv', obsJoin: 'rows' })).toThrow(/obsJoin/);
  expect(() => section({ obs: 'labels.csv', obsJoin: { colum: 'cell' } })).toThrow(/obsJoin|column/);
});
