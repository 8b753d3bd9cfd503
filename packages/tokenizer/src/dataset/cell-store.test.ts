import { createDataset } from '@geneformer-ts/io';
import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { openCellStore, type OpenCellStore, readTokenized } from './read-tokenized.js';

const at = temporaryFolder();
const cells = [[2, 9, 3], [7], [5, 6, 8, 4], [9, 1]];

/** Writes the cells as a dataset, in batches of three. */
async function onDisk(name: string, ids = cells, metadata: Record<string, string> = {}): Promise<string> {
  const dir = at(name);
  const dataset = await createDataset(dir, { input_ids: { list: 'int64' }, cell_id: 'string' }, { metadata });
  for (let from = 0; from < ids.length; from += 3) {
    const rows = ids.slice(from, from + 3);
    const offsets = new Int32Array(rows.length + 1);
    rows.forEach((row, i) => (offsets[i + 1] = offsets[i] + row.length));
    const names = rows.map((_, i) => `c${from + i}`);
    const lists = { offsets, values: Int32Array.from(rows.flat()) };
    await dataset.append({ rows: rows.length, columns: { input_ids: lists, cell_id: names } });
  }
  await dataset.close();
  return dir;
}

function tokensOf({ lengths, copy }: OpenCellStore): number[][] {
  return Array.from(lengths, (length, cell) => {
    const ids = new Int32Array(length);
    copy(cell, length, ids, 0);
    return [...ids];
  });
}

describe('openCellStore', () => {
  test('has the cells and names that readTokenized returns', async () => {
    const dir = await onDisk('cells.dataset', cells, { vocabulary_digest: 'd' });
    const store = await openCellStore(dir);
    const { inputIds, offsets, cellIds, vocabularyDigest } = await readTokenized(dir);
    expect(tokensOf(store)).toEqual(cells);
    expect(tokensOf(store).flat()).toEqual([...inputIds]);
    expect([...store.lengths]).toEqual(cells.map((_, i) => offsets[i + 1] - offsets[i]));
    expect(store).toMatchObject({ cellIds, vocabularyDigest });
    store.close();
  });

  test('copies the counts of a cell where the dataset has them', async () => {
    const dir = at('counts.dataset');
    const dataset = await createDataset(dir, { input_ids: { list: 'int64' }, counts: { list: 'float32' } });
    const offsets = Int32Array.of(0, 2, 5);
    const counts = { offsets, values: Float32Array.of(1.5, 2, 3, 4.25, 5) };
    await dataset.append({
      rows: 2,
      columns: { input_ids: { offsets, values: Int32Array.of(7, 8, 4, 5, 6) }, counts },
    });
    await dataset.close();
    const store = await openCellStore(dir);
    const target = new Float32Array(4);
    store.copyCounts!(1, 2, target, 1);
    expect([...target]).toEqual([0, 3, 4.25, 0]);
    expect(() => store.copyCounts!(1, 2, new Int32Array(4) as never, 0)).toThrow('use a Float32Array');
    store.close();
    const without = await openCellStore(await onDisk('without.dataset'));
    expect(without.copyCounts).toBeUndefined();
    without.close();
  });

  test('copies the first tokens of a cell to a given position', async () => {
    const store = await openCellStore(await onDisk('cells.dataset'));
    const target = new Int32Array(4);
    store.copy(2, 2, target, 1);
    expect([...target]).toEqual([0, 5, 6, 0]);
    store.close();
  });

  test('has a different digest for other tokens, lengths or vocabularies', async () => {
    const changed = [[2, 9, 4], ...cells.slice(1)];
    const paths = [
      await onDisk('a.dataset'),
      await onDisk('b.dataset'),
      await onDisk('c.dataset', changed),
      await onDisk('d.dataset', cells.slice(1)),
      await onDisk('e.dataset', cells, { vocabulary_digest: 'd' }),
    ];
    const stores = await Promise.all(paths.map((path) => openCellStore(path)));
    const [first, second, ...others] = stores.map(({ digest }) => digest);
    expect(second).toBe(first);
    expect(new Set([first, ...others]).size).toBe(4);
    stores.forEach((store) => store.close());
  });

  test('leaves names on disk on request', async () => {
    const store = await openCellStore(await onDisk('cells.dataset'), { cellIds: false });
    expect(store).not.toHaveProperty('cellIds');
    store.close();
  });

  test('refuses a folder without a dataset', async () => {
    await expect(openCellStore(join(at('none'), 'none.dataset'))).rejects.toThrow('none.dataset');
  });
});
