import { FileAccessError, FormatError } from '@geneformer-ts/core';
import { sha256File } from '@geneformer-ts/core/node';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { readTable } from './anndata/csv/table.js';
import { openAnnData } from './anndata/open.js';
import type { CellFormat } from './anndata/count-matrix.js';
import { readDictionary } from './checkpoints/dictionary.js';
import { readCheckpoint } from './checkpoints/open.js';
import { openListColumn } from './datasets/list-column.js';
import { openDataset } from './datasets/read.js';
import { fixture, scratch } from './testing/folder.js';

const at = scratch();
const formats: CellFormat[] = ['h5ad', 'loom', '10x-h5', 'csv'];

const readers: [string, (path: string) => Promise<unknown>][] = [
  ['openAnnData', (path) => openAnnData(path)],
  ...formats.map((format): [string, (path: string) => Promise<unknown>] => [
    `openAnnData as ${format}`,
    (path) => openAnnData(path, { format }),
  ]),
  ['openAnnData with metadata', (path) => openAnnData(fixture('current.h5ad'), { obs: path })],
  ['readTable', readTable],
  ['readDictionary', readDictionary],
  ['readCheckpoint', readCheckpoint],
];

describe.each(readers)('%s', (reader, read) => {
  beforeAll(() => {
    if (reader === 'openAnnData') execFileSync('mkfifo', [at('pipe.h5ad')]);
    if (reader === 'openAnnData') symlinkSync(at('pipe.h5ad'), at('link.h5ad'));
  });

  // None of these may be opened: a pipe without a writer blocks forever, and /dev/zero never ends.
  test.each([
    ['a named pipe', 'pipe.h5ad'],
    ['a named pipe', 'link.h5ad'],
    ['a device', '/dev/zero'],
  ])('rejects %s (%s)', async (kind, name) => {
    const path = name.startsWith('/') ? name : at(name);
    const reading = read(path);
    await expect(reading).rejects.toThrow(FileAccessError);
    await expect(reading).rejects.toThrow(new RegExp(`${path}: is ${kind}; `));
  });

  test.each([
    [
      'a pointer of Git LFS',
      'pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n',
      /git lfs pull/,
    ],
    ['a web page', 'page', '\n<!DOCTYPE html>\n<html><body>Sign in</body></html>\n', /download the file again/],
    ['a web page', 'error', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /download the file again/],
  ])('reports that a file is %s (%s)', async (kind, name, content, remedy) => {
    const path = at(`${name}.h5ad`);
    writeFileSync(path, content);
    const reading = read(path);
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow(`${path}: file: is ${kind}, not the data; `);
    await expect(reading).rejects.toThrow(remedy);
  });
});

test('rejects a socket', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(at('socket'), resolve));
  try {
    await expect(openAnnData(at('socket'))).rejects.toThrow(/: is a socket; name a file/);
  } finally {
    server.close();
  }
});

test('rejects a folder where a file is expected', async () => {
  mkdirSync(at('folder'));
  for (const format of formats)
    await expect(openAnnData(at('folder'), { format })).rejects.toThrow(/: is a folder; name a file/);
});

test('rejects pipes inside a folder', async () => {
  mkdirSync(at('matrix'));
  writeFileSync(at('matrix/genes.tsv'), 'ENSG00000155657\tTTN\n');
  writeFileSync(at('matrix/barcodes.tsv'), 'A-1\n');
  execFileSync('mkfifo', [at('matrix/matrix.mtx')]);
  await expect(openAnnData(at('matrix'))).rejects.toThrow(/matrix\.mtx: is a named pipe; /);
  mkdirSync(at('dataset'));
  execFileSync('mkfifo', [at('dataset/state.json'), at('dataset/dataset_info.json')]);
  await expect(openDataset(at('dataset'))).rejects.toThrow(/\.json: is a named pipe; /);
  await expect(openListColumn(at('dataset'), 'input_ids')).rejects.toThrow(/\.json: is a named pipe; /);
  await expect(sha256File(at('dataset/state.json'))).rejects.toThrow(/state\.json: is a named pipe; /);
});

test('explains how to decompress an HDF5 file that is compressed as a whole', async () => {
  for (const name of ['cells.h5ad', 'cells.h5ad.gz', 'cells.loom', 'cells.h5']) {
    writeFileSync(at(name), gzipSync(readFileSync(fixture('current.h5ad'))));
    await expect(openAnnData(at(name))).rejects.toThrow(
      /file: is compressed with gzip, not HDF5; decompress it first: gunzip/,
    );
  }
});
