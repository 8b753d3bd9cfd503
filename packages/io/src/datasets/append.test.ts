import { ForeignFilesError, UnsupportedError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { fixture, scratch } from '../testing/folder.js';
import type { Feature, RecordBatchColumns } from './features.js';
import { openDataset } from './read.js';
import { appendDataset, createDataset } from './write.js';

const at = scratch();
const features: Record<string, Feature> = { input_ids: { list: 'int64' }, cell_id: 'string' };

function batch(names: string[]): RecordBatchColumns {
  return {
    rows: names.length,
    columns: {
      input_ids: {
        offsets: Int32Array.from({ length: names.length + 1 }, (_, i) => i),
        values: new Int32Array(names.length),
      },
      cell_id: names,
    },
  };
}

async function write(name: string, names: string[]): Promise<string> {
  const writer = await createDataset(at(name), features, { rowsPerShard: 2, metadata: { vocabulary: 'V1' } });
  for (const one of names) await writer.append(batch([one]));
  await writer.close();
  return at(name);
}

async function cells(dir: string): Promise<unknown[]> {
  const names: unknown[] = [];
  for await (const { columns } of (await openDataset(dir)).batches()) names.push(...(columns['cell_id'] as string[]));
  return names;
}

describe('appendDataset', () => {
  test('adds rows after the existing ones, in new shards', async () => {
    const dir = await write('grown', ['a', 'b', 'c']);
    const before = await readFile(`${dir}/state.json`, 'utf8');
    const first = await readFile(`${dir}/data-00000-of-00002.arrow`);
    const writer = await appendDataset(dir, { metadata: { added: 'yes' } });
    await writer.append(batch(['d', 'e']));
    expect(await cells(dir)).toEqual(['a', 'b', 'c']);
    await writer.close();

    expect(await cells(dir)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const grown = await openDataset(dir);
    expect([grown.rows, grown.metadata]).toEqual([5, { vocabulary: 'V1', added: 'yes' }]);
    expect((await readdir(dir)).filter((name) => name.startsWith('data-'))).toEqual([
      'data-00000-of-00003.arrow',
      'data-00001-of-00003.arrow',
      'data-00002-of-00003.arrow',
    ]);
    expect(await readFile(`${dir}/data-00000-of-00003.arrow`)).toEqual(first);
    expect(await readFile(`${dir}/state.json`, 'utf8')).not.toBe(before);
  });

  test('does not change the dataset when aborted or closed without rows', async () => {
    const dir = await write('kept', ['a', 'b']);
    const given = await appendDataset(dir);
    await given.append(batch(['c']));
    await given.abort();
    await (await appendDataset(dir)).close();
    expect(await cells(dir)).toEqual(['a', 'b']);
    expect((await readdir(at(''))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('names a column of another program whose type it does not write', async () => {
    await cp(fixture('reference.dataset'), at('foreign'), { recursive: true });
    await expect(appendDataset(at('foreign'))).rejects.toThrow(UnsupportedError);
    await expect(appendDataset(at('foreign'))).rejects.toThrow(
      /column 'input_ids': appending to a column of type List<Int32> is not supported; cast it to List<Int64> first/,
    );
  });

  test('rejects a folder with files that are not part of the dataset, and keeps them', async () => {
    const dir = await write('with notes', ['a']);
    await writeFile(`${dir}/README.md`, 'notes');
    const before = await readdir(dir);
    await expect(appendDataset(dir)).rejects.toThrow(ForeignFilesError);
    await expect(appendDataset(dir)).rejects.toThrow(
      /with notes: holds files that are not part of a dataset: README.md;/,
    );
    expect(await readdir(dir)).toEqual(before);
  });
});
