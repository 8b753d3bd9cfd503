import { bytesSource, UnsupportedError } from '@geneformer-ts/core';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { denseRows } from '../../testing/dense.js';
import { fixture, scratch } from '../../testing/folder.js';
import { openAnnData } from '../open.js';
import { HdfFile } from './file.js';

// Files that refer to data in another file (tools/parity/io-outside.py).
const files = readdirSync(fixture('outside')).filter((name) => /^(storage|link|soft|virtual|user)-/.test(name));
const PLACEHOLDER = `/${'outside/'.repeat(20)}`;
const at = scratch();

beforeAll(() => {
  writeFileSync(at('secret'), Array.from({ length: 64 }, (_, i) => `canary${i % 10}\n`).join(''));
  for (const name of readdirSync(fixture('outside'))) {
    copyFileSync(fixture(`outside/${name}`), at(name));
    if (!name.startsWith('storage')) continue;
    const bytes = readFileSync(at(name));
    const begin = bytes.indexOf(PLACEHOLDER);
    bytes.write(at('secret').padStart(PLACEHOLDER.length, '/'), begin, 'latin1');
    writeFileSync(at(name), bytes);
  }
});

/** Returns everything that a reader returns as one string. */
async function contents(path: string): Promise<string> {
  const source = await openAnnData(path);
  try {
    const rows = await denseRows(source.blocks());
    const columns = [...source.obs.columns].map(([name, column]) => [
      name,
      'values' in column ? [...column.values] : column,
    ]);
    return JSON.stringify([source.obs.index, columns, source.var.index, rows]);
  } finally {
    await source.close();
  }
}

describe('a file that refers to data in another file is rejected', () => {
  test.each(files)('%s', async (name) => {
    const reading = contents(at(name));
    await expect(reading).rejects.toThrow(UnsupportedError);
    const kind = name.startsWith('user') ? 'a user-defined link' : 'another file|a virtual dataset|external storage';
    await expect(reading).rejects.toThrow(new RegExp(`${name}: \\S+: .*(${kind}).* is not supported; `));
  });
});

test('a message names the file of a link as the link does, not the temporary copy of a source', async () => {
  const name = files.find((file) => file.startsWith('link'))!;
  const source = bytesSource(readFileSync(at(name)), name);
  const message = await openAnnData(source).then(
    () => 'opened',
    (error: Error) => error.message,
  );
  expect(message).toMatch(/a link to another file \('[^']+'\)/);
  expect(message).not.toContain('geneformer-io');
});

test.each(files)('%s: no call of the library returns data of the other file', async (name) => {
  const file = await HdfFile.open(at(name));
  const seen: unknown[] = [];
  const look = (call: () => unknown): void => {
    try {
      seen.push(call());
    } catch {
      // Rejected as expected.
    }
  };
  for (const path of [
    'obs/secret',
    'obs/_index',
    'obs',
    'X',
    'X/data',
    'matrix',
    'matrix/data',
    'matrix/barcodes',
    'col_attrs/secret',
    'door/text',
    'door/matrix',
  ]) {
    look(() => file.readStrings(path));
    look(() => [...file.readNumbers(path)]);
    look(() => [...file.readColumns(path, 0, 1)]);
    look(() => [...file.rawReader(path)!.read(0, 4)]);
    look(() => file.keys(path));
  }
  file.close();
  const text = JSON.stringify(seen, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  expect(text).not.toMatch(/canary|4242/);
  // The same string as numbers.
  const bytes = new Uint8Array([...'canary0\n'].map((letter) => letter.charCodeAt(0))).buffer;
  for (const Kind of [Int32Array, Float32Array]) expect(text).not.toContain(String(new Kind(bytes)[0]));
});

describe('links within the file', () => {
  test('are followed', async () => {
    const source = await openAnnData(at('inside.h5ad'));
    expect(source.obs.columns.get('again')).toEqual(source.obs.columns.get('batch'));
    await source.close();
  });

  test('are named when they are circular', async () => {
    await expect(openAnnData(at('circle.h5ad'))).rejects.toThrow(/obs\/one.*a broken soft link/);
  });
});
