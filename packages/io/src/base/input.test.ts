import { ArgumentError, bytesSource, type ByteSource, FileAccessError, GeneformerError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { openAnnData } from '../anndata/open.js';
import { readTable } from '../anndata/csv/table.js';
import { createScratchFile } from '../anndata/scratch-file.js';
import { writeH5ad } from '../anndata/h5ad/write.js';
import { readDictionary } from '../checkpoints/dictionary.js';
import { openCheckpoint, readCheckpoint } from '../checkpoints/open.js';
import { readSafetensors } from '../checkpoints/safetensors.js';
import { writeSafetensors } from '../checkpoints/write-safetensors.js';
import { createDataset } from '../datasets/write.js';
import { openDataset } from '../datasets/read.js';
import { openListColumn } from '../datasets/list-column.js';
import { scratch } from '../testing/folder.js';
import { readRecords } from './records.js';

const at = scratch();

/** Every function that reads a path or a source. */
const readers: Record<string, (input: never) => Promise<unknown>> = {
  openAnnData,
  'the table of openAnnData': (input) => openAnnData(csv, { obs: input }),
  readTable,
  readRecords: (input) => readRecords(input).next(),
  readDictionary,
  openCheckpoint,
  readCheckpoint,
  readSafetensors,
  openDataset,
  openListColumn: (input) => openListColumn(input, 'ids'),
};

const csv = at('m.csv');
writeFileSync(csv, 'gene,c1,c2\nENSG00000155657,1,2\n');

const bytes = new TextEncoder().encode('cell,n\na,1\n');
const wrong: [string, unknown, string][] = [
  ['bytes', bytes, '"Uint8Array"'],
  ['a Blob', new Blob([bytes]), '"Blob"'],
  ['a URL', new URL('file:///cells.h5ad'), '"URL"'],
  ['null', null, 'null'],
  ['undefined', undefined, 'undefined'],
  ['a number', 5, '5'],
  ['a list of paths', ['a.csv', 'b.csv'], '"Array"'],
  ['a source without a length', { name: 'x', read: async () => bytes }, '"Object"'],
];

describe.each(Object.entries(readers))('%s', (name, reader) => {
  test.each(wrong)('refuses %s and says what to pass', async (what, input, shown) => {
    // An option may be undefined.
    if (name.startsWith('the table') && what === 'undefined') return;
    const reading = reader(input as never);
    await expect(reading).rejects.toThrow(ArgumentError);
    await expect(reading).rejects.toThrow(
      /^(file|folder|checkpoint): \S+ is not valid; use (a path, bytesSource\(bytes\), blobSource\(file\)|the path of a folder, or { name, open })/,
    );
    await expect(reading).rejects.toThrow(`${shown} is not valid`);
  });

  test('refuses a path with a null character, and an empty one', async () => {
    await expect(reader('a\0b.h5ad' as never)).rejects.toThrow(
      "path 'a\\u0000b.h5ad': holds a null character; remove it",
    );
    await expect(reader('' as never)).rejects.toThrow('path: is empty; name a file or folder');
  });
});

test.each([
  ['writeH5ad', () => writeH5ad('a\0b', { obs: noRows(), var: noRows(), blocks: [] })],
  ['writeSafetensors', () => writeSafetensors('a\0b', new Map())],
  ['the scratch folder of a matrix', () => createScratchFile('a\0b')],
  ['createDataset', () => createDataset('a\0b', { length: 'int64' })],
])('%s refuses a path with a null character', async (_, write) => {
  await expect(write()).rejects.toThrow(GeneformerError);
  await expect(write()).rejects.toThrow("path 'a\\u0000b': holds a null character; remove it");
});

function noRows(): { index: string[]; columns: Map<string, never> } {
  return { index: [], columns: new Map<string, never>() };
}

describe('a source whose reads give another number of bytes than was asked for', () => {
  const text = 'cell,n\na,1\nb,2\nc,3\nd,4\n';
  const source = (change: (bytes: Uint8Array) => unknown): ByteSource => {
    const whole = bytesSource(new TextEncoder().encode(text), 'm.csv');
    return {
      ...whole,
      read: async (offset, length) => change(await whole.read(offset, length)) as Uint8Array,
    };
  };
  const cases: [string, (bytes: Uint8Array) => unknown, RegExp][] = [
    [
      'fewer',
      (part) => part.subarray(0, 11),
      /m.csv: gave 11 bytes instead of 23 from 0 on; it changed, or its function read is wrong/,
    ],
    ['more', (part) => new Uint8Array(part.length + 1), /m.csv: gave 24 bytes instead of 23 from 0 on/],
    ['none', () => undefined, /m.csv: gave no bytes instead of 23 from 0 on/],
  ];

  test.each(cases)('%s', async (_, change, message) => {
    const inputs = [() => readTable(source(change)), () => openCheckpoint(source(change))];
    const folder = { name: 'folder', open: async () => source(change), list: async () => ['state.json'] };
    for (const read of [...inputs, () => openDataset(folder), () => readCheckpoint(folder)]) {
      await expect(read()).rejects.toThrow(FileAccessError);
    }
    await expect(readTable(source(change))).rejects.toThrow(message);
  });

  test('a folder that opens something else is named', async () => {
    const folder = { name: 'folder', open: async () => undefined as unknown as ByteSource };
    await expect(openDataset(folder)).rejects.toThrow(
      "folder.open('dataset_dict.json'): undefined is not valid; use a path, bytesSource(bytes)",
    );
  });
});
