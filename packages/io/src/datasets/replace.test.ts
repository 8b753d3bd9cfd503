import { FileAccessError, ForeignFilesError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { cp, lstat, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { fixture, scratch } from '../testing/folder.js';
import { openDataset } from './read.js';
import { createDataset } from './write.js';

const at = scratch();

async function write(dir: string, rows: number, rowsPerShard = 1): Promise<void> {
  const writer = await createDataset(dir, { length: 'int64' }, { rowsPerShard });
  for (let row = 0; row < rows; row++) await writer.append({ rows: 1, columns: { length: Int32Array.of(row) } });
  await writer.close();
}

describe('a dataset written to an existing path', () => {
  test('replaces a dataset of more shards and removes all of them', async () => {
    await write(at('same'), 3);
    await write(at('same'), 1);
    expect((await readdir(at('same'))).sort()).toEqual([
      'data-00000-of-00001.arrow',
      'dataset_info.json',
      'state.json',
    ]);
    expect((await openDataset(at('same'))).rows).toBe(1);
  });

  test('replaces a dataset of datasets.save_to_disk', async () => {
    await cp(fixture('reference.dataset'), at('theirs'), { recursive: true });
    await write(at('theirs'), 2);
    expect((await openDataset(at('theirs'))).rows).toBe(2);
  });

  test.each([
    ['a folder with the file to be tokenized', ['cells.h5ad']],
    [
      'a dataset with cache files of datasets',
      ['data-00000-of-00001.arrow', 'state.json', 'cache-0123456789abcdef.arrow'],
    ],
    ['a folder with the state.json of another program', ['state.json']],
    ['a folder of shards without JSON files', ['data-00000-of-00001.arrow']],
  ])('rejects %s before anything is written', async (_, files) => {
    await rm(at('out'), { recursive: true, force: true });
    await mkdir(at('out'));
    for (const file of files) await writeFile(at(`out/${file}`), '{"version": 3}');
    await expect(createDataset(at('out'), { length: 'int64' })).rejects.toThrow(ForeignFilesError);
    await expect(createDataset(at('out'), { length: 'int64' })).rejects.toThrow(
      /out: holds files that are not part of a dataset: .*; name another folder, or move them away/,
    );
    expect((await readdir(at('out'))).sort()).toEqual([...files].sort());
    expect((await readdir(at('.'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('rejects the folder of a DatasetDict', async () => {
    await write(at('several/train'), 1);
    await writeFile(at('several/dataset_dict.json'), '{"splits": ["train"]}');
    await expect(write(at('several'), 1)).rejects.toThrow(/: dataset_dict.json, train;/);
    expect((await openDataset(at('several/train'))).rows).toBe(1);
  });

  test('rejects a file', async () => {
    await writeFile(at('cells.h5ad'), 'x');
    await expect(write(at('cells.h5ad'), 1)).rejects.toThrow(FileAccessError);
    expect((await lstat(at('cells.h5ad'))).isFile()).toBe(true);
  });

  test('writes through a link', async () => {
    await mkdir(at('disk'));
    await symlink('disk', at('link'));
    await write(at('link'), 1);
    await write(`${at('link')}/`, 2);
    expect((await lstat(at('link'))).isSymbolicLink()).toBe(true);
    expect((await openDataset(at('disk'))).rows).toBe(2);
  });
});
