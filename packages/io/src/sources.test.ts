import { ArgumentError, FileMissingError, openUrl } from '@geneformer-ts/core';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { openAnnData } from './anndata/open.js';
import { readTable } from './anndata/csv/table.js';
import type { FileInput, FolderInput } from './base/input.js';
import { readRecords } from './base/records.js';
import { readDictionary } from './checkpoints/dictionary.js';
import { openCheckpoint, readCheckpoint } from './checkpoints/open.js';
import { readSafetensors } from './checkpoints/safetensors.js';
import { crc32InJavaScript } from './checkpoints/torch/crc32.js';
import { writeSafetensors } from './checkpoints/write-safetensors.js';
import { openListColumn } from './datasets/list-column.js';
import { openDataset } from './datasets/read.js';
import { createDataset } from './datasets/write.js';
import { denseRows } from './testing/dense.js';
import { fixture, scratch } from './testing/folder.js';
import { counted, folderOf, type Kind, serving, sourceOfFile } from './testing/sources.js';

const at = scratch();
const KINDS: readonly Kind[] = ['bytes', 'a Blob'];

beforeAll(async () => {
  const names = Array.from({ length: 40 }, (_, i) => `cell${i}`);
  const genes = ['ENSG00000155657', 'ENSG00000198523', 'ENSG00000000003'];
  const lines = genes.map((gene, g) => [gene, ...names.map((_, c) => (c * 7 + g) % 5)].join(','));
  await writeFile(at('counts.csv'), `,${names.join(',')}\n${lines.join('\n')}\n`);
  await writeFile(at('counts.csv.gz'), gzipSync(await readFile(at('counts.csv'))));
  await writeFile(at('labels.tsv'), `\tlabel\n${names.map((name, i) => `${name}\tT${i % 3}`).join('\n')}\n`);
  await writeFile(at('tokens.json'), '{ "<pad>": 0, "ENSG00000000003": 2 }');
  await writeFile(at('tokens.tsv'), '<pad>\t0\nENSG00000000003\t2\n');
  await mkdir(at('matrix'));
  await writeFile(
    at('matrix/matrix.mtx'),
    '%%MatrixMarket matrix coordinate integer general\n3 2 3\n1 1 5\n3 1 1\n2 2 9\n',
  );
  await writeFile(at('matrix/features.tsv'), genes.map((gene) => `${gene}\tsymbol\tGene Expression\n`).join(''));
  await writeFile(at('matrix/barcodes.tsv.gz'), gzipSync('A-1\nB-1\n'));
  await mkdir(at('sharded'));
  for (const shard of ['a', 'b']) {
    const data = Float32Array.of(1, 2, 3).map((value) => value * shard.charCodeAt(0));
    await writeSafetensors(at(`sharded/${shard}.safetensors`), new Map([[shard, { shape: [3], data }]]));
  }
  const index = { weight_map: { a: 'a.safetensors', b: 'b.safetensors' } };
  await writeFile(at('sharded/model.safetensors.index.json'), JSON.stringify(index));
  const writer = await createDataset(at('large.dataset'), { length: 'int64', input_ids: { list: 'int64' } });
  for (let batch = 0; batch < 3; batch++) {
    const offsets = Int32Array.from({ length: 101 }, (_, i) => i * 200);
    const values = Int32Array.from({ length: 20_000 }, (_, i) => (i * 31 + batch) % 25_000);
    await writer.append({
      rows: 100,
      columns: { length: new Int32Array(100).fill(200), input_ids: { offsets, values } },
    });
  }
  await writer.close();
});

async function recordsOf(file: FileInput): Promise<unknown[]> {
  const records: unknown[] = [];
  for await (const batch of readRecords(file)) records.push(...batch);
  return records;
}

async function cellsOf(
  input: FileInput | FolderInput,
  options: Parameters<typeof openAnnData>[1] = {},
): Promise<unknown> {
  const source = await openAnnData(input, options);
  try {
    const { path, format, obs, var: genes, notes } = source;
    return { path, format, obs, genes, notes, rows: await denseRows(source.blocks({ rows: 3 })) };
  } finally {
    await source.close();
  }
}

async function rowsOf(input: FolderInput): Promise<unknown> {
  const batches: unknown[] = [];
  const { features, rows, batches: stream } = await openDataset(input);
  for await (const batch of stream()) batches.push(batch);
  return { features, rows, batches };
}

async function listsOf(input: FolderInput): Promise<unknown> {
  const column = await openListColumn(input, 'input_ids');
  const lists = Array.from(column.lengths, (length, row) => {
    const list = new Int32Array(length);
    column.read(row, length, list, 0);
    return [...list];
  });
  column.close();
  return lists;
}

const files: [string, () => string, (file: FileInput) => Promise<unknown>][] = [
  ['safetensors', () => fixture('reference.safetensors'), readSafetensors],
  ['a PyTorch checkpoint', () => fixture('torch/checkpoint.bin'), readCheckpoint],
  ['a zip64 checkpoint', () => fixture('torch/zip64.bin'), readCheckpoint],
  ['a pickled dictionary', () => fixture('tokens-4.pkl'), readDictionary],
  ['a JSON dictionary', () => at('tokens.json'), readDictionary],
  ['a dictionary in a table', () => at('tokens.tsv'), readDictionary],
  ['a table', () => at('labels.tsv'), readTable],
  ['a gzip table', () => at('counts.csv.gz'), readTable],
  ['records', () => at('labels.tsv'), recordsOf],
  ['counts in CSV', () => at('counts.csv'), cellsOf],
  ['counts in gzip CSV', () => at('counts.csv.gz'), cellsOf],
  ['h5ad', () => fixture('current.h5ad'), cellsOf],
  ['h5ad with lzf', () => fixture('lzf.h5ad'), cellsOf],
  ['loom', () => fixture('three.loom'), cellsOf],
  ['10x HDF5', () => fixture('features/multi.h5'), cellsOf],
];

describe.each(files)('%s', (_, path, read) => {
  test.each(KINDS)('is read equally from a path and from %s', async (kind) => {
    expect(await read(sourceOfFile(path(), kind))).toEqual(await read(path()));
  });
});

const folders: [string, () => string, (folder: FolderInput) => Promise<unknown>][] = [
  ['a sharded checkpoint', () => at('sharded'), readCheckpoint],
  ['a Matrix Market folder', () => at('matrix'), cellsOf],
  ['a dataset', () => fixture('reference.dataset'), rowsOf],
  ['a dataset of version 1 with an indices mapping', () => fixture('datasets/1.2.1'), rowsOf],
  ['a dataset with large lists', () => fixture('datasets/5.2.0'), rowsOf],
  ['a list column', () => fixture('reference.dataset'), listsOf],
  ['a list column with an indices mapping', () => fixture('datasets/1.2.1'), listsOf],
];

describe.each(folders)('%s', (_, path, read) => {
  test.each(KINDS)('is read equally from a path and from %s', async (kind) => {
    expect(await read(folderOf(path(), kind))).toEqual(await read(path()));
  });
});

test('a metadata table is joined from a source', async () => {
  const joined = await cellsOf(at('counts.csv'), { obs: sourceOfFile(at('labels.tsv'), 'a Blob') });
  expect(joined).toEqual(await cellsOf(at('counts.csv'), { obs: at('labels.tsv') }));
});

test('a source stays open, because its owner closes it', async () => {
  let closed = 0;
  const source = { ...sourceOfFile(at('labels.tsv'), 'bytes'), close: async () => void closed++ };
  await readTable(source);
  await (
    await openAnnData({ ...source, name: 'labels.csv' }, { orientation: 'cells-by-genes' }).catch(() => undefined)
  )?.close();
  expect(closed).toBe(0);
});

describe('a URL', () => {
  test('gives the same tensors as the path, and only those bytes that are needed', () =>
    serving(at('sharded/a.safetensors'), async (url, sent) => {
      const opened = await openCheckpoint(await openUrl(url));
      const described = sent.reduce((sum, length) => sum + length, 0);
      expect((await opened.read('a')).data).toEqual(
        (await readSafetensors(at('sharded/a.safetensors'))).tensors.get('a')!.data,
      );
      expect(sent.reduce((sum, length) => sum + length, 0) - described).toBe(12);
    }));

  test('gives the same counts as the path', () =>
    serving(at('counts.csv.gz'), async (url) => {
      const { path, ...cells } = (await cellsOf(await openUrl(url))) as { path: string };
      const { path: _, ...expected } = (await cellsOf(at('counts.csv.gz'))) as { path: string };
      expect({ path, cells }).toEqual({ path: url, cells: expected });
    }));
});

describe('planned ranges', () => {
  test('safetensors: the header, and then one read per tensor', async () => {
    const source = counted(sourceOfFile(fixture('reference.safetensors'), 'bytes'));
    const opened = await openCheckpoint(source);
    const headerEnd = Math.max(...source.reads.slice(1).map(([offset, length]) => offset + length));
    source.reads.length = 0;
    await opened.read('small');
    expect(source.reads).toHaveLength(1);
    expect(source.reads[0][0]).toBeGreaterThanOrEqual(headerEnd - 512);
    expect(source.total()).toBe(8);
  });

  test('PyTorch: the directory and the pickle, and then the local header and the bytes of a storage', async () => {
    const data = new Float32Array(100_000);
    await writeSafetensors(at('x.safetensors'), new Map([['x', { shape: [data.length], data }]]));
    const { writeTorch } = await import('./checkpoints/torch/write.js');
    await writeTorch(at('x.bin'), new Map([...'xy'].map((name) => [name, { shape: [data.length], data }])));
    const source = counted(sourceOfFile(at('x.bin'), 'bytes'));
    const opened = await openCheckpoint(source);
    // The end of the file, which may hold a comment of 64 KiB, and a few hundred bytes for the pickle.
    expect(source.total()).toBeLessThan(70_000);
    source.reads.length = 0;
    await opened.read('y');
    expect(source.reads.map(([, length]) => length)).toEqual([30, 400_000]);
  });

  test('datasets: only descriptions are read to open, and each byte once for the rows', async () => {
    const sources: ReturnType<typeof counted>[] = [];
    const folder = folderOf(at('large.dataset'), 'bytes');
    const dataset = await openDataset({
      ...folder,
      async open(file) {
        const source = counted(await folder.open(file));
        if (file.endsWith('.arrow')) sources.push(source);
        return source;
      },
    });
    expect(sources).toHaveLength(1);
    expect(sources[0].total()).toBeLessThan(0.02 * sources[0].byteLength);
    let rows = 0;
    for await (const batch of dataset.batches()) rows += batch.rows;
    expect(rows).toBe(300);
    expect(sources[1].total()).toBeLessThan(1.02 * sources[1].byteLength);
  });

  test('a list column that is not on disk loads the numbers of that column only', async () => {
    let total = 0;
    const folder = folderOf(at('large.dataset'), 'bytes');
    await openListColumn(
      {
        ...folder,
        async open(file) {
          const source = await folder.open(file);
          if (!file.endsWith('.arrow')) return source;
          return { ...source, read: (offset, length) => ((total += length), source.read(offset, length)) };
        },
      },
      'input_ids',
    );
    // 8 bytes per token, and the offsets and descriptions.
    expect(total).toBeGreaterThanOrEqual(480_000);
    expect(total).toBeLessThan(490_000);
  });

  test('text: one chunk is enough to detect a format', async () => {
    await writeFile(at('long.tsv'), `a\tb\n${'x\t1\n'.repeat(1_000_000)}`);
    const source = counted(sourceOfFile(at('long.tsv'), 'bytes'));
    const records = readRecords(source);
    expect((await records.next()).done).toBe(false);
    await records.return(undefined);
    expect(source.total()).toBeLessThan(2 ** 20 + 2000);
  });
});

test('HDF5: a source is copied once, and the copy is removed with the cells or after a failure', async () => {
  const before = readdirSync(tmpdir());
  const source = counted(sourceOfFile(fixture('current.h5ad'), 'bytes'));
  const cells = await openAnnData(source);
  expect(source.total()).toBeLessThan(source.byteLength + 2000);
  const copy = cells.reopen!.path;
  expect(existsSync(copy)).toBe(true);
  await cells.close();
  expect(existsSync(copy)).toBe(false);
  await expect(openAnnData(source, { layer: 'absent' })).rejects.toThrow(/no matrix 'absent'/);
  await expect(openAnnData(source, { obs: at('absent.csv') })).rejects.toThrow(FileMissingError);
  expect(readdirSync(tmpdir())).toEqual(before);
});

describe('inputs that cannot be read', () => {
  test('an index without its folder, and a matrix without its names', async () => {
    const index = sourceOfFile(at('sharded/model.safetensors.index.json'), 'bytes');
    await expect(readCheckpoint(index)).rejects.toThrow(ArgumentError);
    await expect(readCheckpoint(index)).rejects.toThrow(/is an index.*pass the folder/);
    const matrix = sourceOfFile(at('matrix/matrix.mtx'), 'bytes');
    await expect(openAnnData(matrix)).rejects.toThrow(/genes and barcodes are in other files; pass its folder/);
  });

  test('a folder that cannot be listed names the first missing file', async () => {
    const { list: _, ...folder } = folderOf(at('sharded'), 'bytes');
    await expect(readCheckpoint(folder)).resolves.toMatchObject({ format: 'safetensors' });
    const { list: __, ...matrix } = folderOf(at('matrix'), 'bytes');
    await expect(openDataset(matrix)).rejects.toThrow(FileMissingError);
    await expect(openAnnData(matrix)).rejects.toThrow(/cannot be listed.*; pass the folder with a function list/);
  });
});

test('the checksum in JavaScript is that of zlib', async () => {
  const { crc32 } = await import('node:zlib');
  for (const length of [0, 1, 3, 4, 5, 1000, 1003]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 89 + length) & 255);
    expect(crc32InJavaScript(bytes)).toBe(crc32(bytes));
  }
});
