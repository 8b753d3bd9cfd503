import { FileAccessError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { copyFileSync, readdirSync, utimesSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { scratch } from '../testing/folder.js';
import type { Feature } from './features.js';
import { openListColumn } from './list-column.js';
import { openDataset } from './read.js';
import { appendDataset, createDataset } from './write.js';

const at = scratch();
const SHARD = 'data-00000-of-00001.arrow';
const CHANGED = /changed or was replaced after it was opened; check that no other program writes it, and open it again/;

async function write(
  name: string,
  values: number[],
  features: Record<string, Feature> = { x: 'int64' },
): Promise<void> {
  const writer = await createDataset(at(name), features);
  const [column] = Object.keys(features);
  for (const value of values) {
    const lists = { offsets: Int32Array.of(0, 1), values: Int32Array.of(value) };
    await writer.append({ rows: 1, columns: { [column]: column === 'ids' ? lists : Int32Array.of(value) } });
  }
  await writer.close();
}

async function read(name: string): Promise<number[]> {
  const found: number[] = [];
  for await (const { columns } of (await openDataset(at(name))).batches()) {
    found.push(...Array.from(columns['x'] as BigInt64Array, Number));
  }
  return found;
}

/** Overwrites a shard in place. Two writes within the resolution of the clock may have the same time. */
function overwrite(from: string, to: string): void {
  copyFileSync(at(`${from}/${SHARD}`), at(`${to}/${SHARD}`));
  utimesSync(at(`${to}/${SHARD}`), 1, 1);
}

describe('appendDataset refuses a dataset that changed since it was opened, and leaves it as it is', () => {
  const append = async (name: string, meanwhile: () => Promise<void>): Promise<void> => {
    const writer = await appendDataset(at(name));
    await writer.append({ rows: 1, columns: { x: Int32Array.of(2) } });
    await meanwhile();
    try {
      await expect(writer.close()).rejects.toThrow(FileAccessError);
      await expect(writer.close()).rejects.toThrow(CHANGED);
    } finally {
      await writer.abort();
    }
    expect(readdirSync(at('')).filter((file) => /\.(tmp|earlier)$/.test(file))).toEqual([]);
  };

  test('replaced by one of another schema', async () => {
    await write('schema', [1]);
    await append('schema', () => write('schema', [7], { y: 'int64' }));
    expect((await openDataset(at('schema'))).features).toEqual({ y: 'int64' });
  });

  test('replaced by one of other rows, which would get the fingerprint of the old ones', async () => {
    await write('rows', [1]);
    await append('rows', () => write('rows', [5, 6, 7]));
    expect(await read('rows')).toEqual([5, 6, 7]);
  });

  test('extended by another writer', async () => {
    await write('twice', [1]);
    await append('twice', async () => {
      const other = await appendDataset(at('twice'));
      await other.append({ rows: 1, columns: { x: Int32Array.of(3) } });
      await other.close();
    });
    expect(await read('twice')).toEqual([1, 3]);
  });

  test('with a shard that was overwritten', async () => {
    await write('shard', [1]);
    await write('shard 2', [9]);
    await append('shard', async () => overwrite('shard 2', 'shard'));
    expect(await read('shard')).toEqual([9]);
  });

  test('but accepts one that was moved, as long as it is back', async () => {
    await write('moved', [1]);
    const writer = await appendDataset(at('moved'));
    await rename(at('moved'), at('away'));
    await rename(at('away'), at('moved'));
    await writer.append({ rows: 1, columns: { x: Int32Array.of(2) } });
    await writer.close();
    expect(await read('moved')).toEqual([1, 2]);
  });
});

describe('a dataset that is replaced after it was opened', () => {
  test('is not read as a mixture', async () => {
    await write('mixed', [1, 2]);
    const dataset = await openDataset(at('mixed'));
    await write('mixed', [7, 8]);
    const reading = (async () => {
      for await (const batch of dataset.batches()) expect(batch.rows).toBe(0);
    })();
    await expect(reading).rejects.toThrow(CHANGED);
  });
});

test('a list column whose shard is overwritten is refused', async () => {
  const features: Record<string, Feature> = { ids: { list: 'int64' } };
  await write('lists', [1], features);
  await write('lists 2', [9], features);
  const column = await openListColumn(at('lists'), 'ids');
  const target = new Int32Array(1);
  column.read(0, 1, target, 0);
  expect([...target]).toEqual([1]);
  overwrite('lists 2', 'lists');
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(() => column.read(0, 1, target, 0)).toThrow(/changed while it was read/);
  column.close();
});
