import { GeneformerError } from '@geneformer-ts/core';
import { expect, test } from '@jest/globals';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { fixture, scratch } from '../testing/folder.js';
import { openListColumn } from './list-column.js';
import { openDataset } from './read.js';

const at = scratch();

const readers: Record<string, (dir: string) => Promise<void>> = {
  openDataset: async (dir) => {
    const { batches } = await openDataset(dir);
    for await (const batch of batches()) expect(batch.rows).toBeGreaterThan(0);
  },
  openListColumn: (dir) => readLists(dir, 'input_ids'),
};

async function readLists(dir: string, name: string): Promise<void> {
  const column = await openListColumn(dir, name);
  try {
    column.lengths.forEach((length, row) => column.read(row, length, new Int32Array(length), 0));
  } finally {
    column.close();
  }
}

test.each(Object.entries(readers))(
  '%s returns a value or throws a named error when a bit is wrong',
  async (name, read) => {
    const dir = at(name);
    await cp(fixture('reference.dataset'), dir, { recursive: true });
    const shard = `${dir}/data-00000-of-00002.arrow`;
    const sound = await readFile(shard);
    const unnamed: unknown[] = [];
    // Every third byte, and every bit in turn, because 3 and 8 have no common divisor.
    for (let position = 0; position < sound.length; position += 3) {
      const damaged = Buffer.from(sound);
      damaged[position] ^= 1 << (position % 8);
      await writeFile(shard, damaged);
      await read(dir).catch((error: unknown) => {
        if (!(error instanceof GeneformerError)) unnamed.push([position, String(error)]);
      });
    }
    expect(unnamed).toEqual([]);
  },
);

test.each(['large_ids', 'fixed_ids'])('%s: the same holds for large lists and fixed-size lists', async (name) => {
  const dir = at(name);
  await cp(fixture('datasets/5.2.0'), dir, { recursive: true });
  const shard = `${dir}/data-00000-of-00001.arrow`;
  const sound = await readFile(shard);
  const unnamed: unknown[] = [];
  // The description of the batch and its data; the other columns are covered above.
  const batch = sound.indexOf(Buffer.of(255, 255, 255, 255), 8);
  for (let position = batch; position < sound.length; position += 7) {
    const damaged = Buffer.from(sound);
    damaged[position] ^= 1 << (position % 8);
    await writeFile(shard, damaged);
    for (const read of [readers['openDataset'], (folder: string) => readLists(folder, name)]) {
      await read(dir).catch((error: unknown) => {
        if (!(error instanceof GeneformerError)) unnamed.push([position, String(error)]);
      });
    }
  }
  expect(unnamed).toEqual([]);
});

test('names a list without an item type', async () => {
  const dir = at('nothing');
  await cp(fixture('reference.dataset'), dir, { recursive: true });
  const shard = `${dir}/data-00000-of-00002.arrow`;
  const bytes = await readFile(shard);
  // The number of children of the list.
  bytes[632] = 0;
  await writeFile(shard, bytes);
  for (const read of Object.values(readers)) {
    await expect(read(dir)).rejects.toThrow(/column 'input_ids' is a list without an item type/);
  }
});
