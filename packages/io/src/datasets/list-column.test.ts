import { FieldMissingError, FileMissingError, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readdir, truncate } from 'node:fs/promises';
import { scratch } from '../testing/folder.js';
import type { Feature } from './features.js';
import { openListColumn } from './list-column.js';
import { createDataset } from './write.js';

const at = scratch();
let serial = 0;

/** Writes a dataset with columns before and after the lists, in batches of up to three rows and shards of four. */
async function written(lists: readonly (readonly number[])[]): Promise<string> {
  const dir = at(`lists-${serial++}`);
  const features: Record<string, Feature> = {
    name: 'string',
    shares: { list: 'float32' },
    input_ids: { list: 'int64' },
    length: 'int64',
  };
  const dataset = await createDataset(dir, features, { rowsPerShard: 4, metadata: { made: 'here' } });
  for (let from = 0; from < lists.length; from += 3) {
    const rows = lists.slice(from, from + 3);
    const offsets = new Int32Array(rows.length + 1);
    rows.forEach((row, i) => (offsets[i + 1] = offsets[i] + row.length));
    await dataset.append({
      rows: rows.length,
      columns: {
        name: rows.map((row) => `row of ${row.length}`),
        shares: { offsets, values: Float32Array.from(rows.flat()) },
        input_ids: { offsets, values: Int32Array.from(rows.flat()) },
        length: BigInt64Array.from(rows, (row) => BigInt(row.length)),
      },
    });
  }
  await dataset.close();
  return dir;
}

describe('a list column on disk', () => {
  test('reads rows in any order across shards', async () => {
    const list = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.array(list, { minLength: 1, maxLength: 15 }), async (lists) => {
        const column = await openListColumn(await written(lists), 'input_ids');
        expect([...column.lengths]).toEqual(lists.map((row) => row.length));
        for (let row = lists.length - 1; row >= 0; row--) {
          const found = new Int32Array(lists[row].length);
          column.read(row, found.length, found, 0);
          expect([...found]).toEqual(lists[row]);
        }
        column.close();
      }),
      { numRuns: 25 },
    );
  });

  test('copies the beginning of a row to the requested position', async () => {
    const column = await openListColumn(
      await written([
        [1, 2],
        [3, 4, 5, 6],
      ]),
      'input_ids',
    );
    const target = new Int32Array(5).fill(9);
    column.read(1, 2, target, 1);
    expect([...target]).toEqual([9, 3, 4, 9, 9]);
    expect(column.metadata).toEqual({ made: 'here' });
    column.close();
  });

  test('reads lists of float32 numbers into a Float32Array only', async () => {
    const column = await openListColumn(await written([[1, 2, 3], [4], [5, 6]]), 'shares');
    const target = new Float32Array(3);
    column.read(2, 2, target, 1);
    expect([...target]).toEqual([0, 5, 6]);
    expect(() => column.read(2, 2, new Int32Array(3), 0)).toThrow('use a Float32Array that is long enough');
    column.close();
  });

  test('rejects another type, a missing column, a missing dataset and an incomplete shard', async () => {
    const dir = await written([[1], [2], [3], [4], [5]]);
    await expect(openListColumn(dir, 'length')).rejects.toThrow(UnsupportedError);
    await expect(openListColumn(dir, 'ids')).rejects.toThrow(FieldMissingError);
    await expect(openListColumn(at('none'), 'input_ids')).rejects.toThrow(FileMissingError);
    const shard = (await readdir(dir)).find((name) => name.endsWith('.arrow'))!;
    await truncate(`${dir}/${shard}`, 700);
    await expect(openListColumn(dir, 'input_ids')).rejects.toThrow(FormatError);
  });
});
