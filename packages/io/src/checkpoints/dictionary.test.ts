import { FileMissingError, FormatError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { fixture, scratch } from '../testing/folder.js';
import { readDictionary, readPickledDictionary } from './dictionary.js';

const at = scratch();
const tokens = new Map<string, string | number>([
  ['<pad>', 0],
  ['ENSG00000000003', 2],
]);

async function read(content: string | Uint8Array): Promise<Map<string, string | number>> {
  await writeFile(at('dictionary'), content);
  return readDictionary(at('dictionary'));
}

describe('readDictionary', () => {
  test('detects a pickle from its first byte', async () => {
    expect(await readDictionary(fixture('numpy.pkl'))).toEqual(await readPickledDictionary(fixture('numpy.pkl')));
  });

  test.each([
    ['JSON', '{ "<pad>": 0, "ENSG00000000003": 2 }'],
    ['TSV', '<pad>\t0\nENSG00000000003\t2\n'],
    ['CSV, with a byte order mark', '\uFEFF<pad>,0\r\nENSG00000000003,2\r\n'],
    ['TSV with a header', 'gene\ttoken\n<pad>\t0\nENSG00000000003\t2'],
    ['gzip', gzipSync('<pad>\t0\nENSG00000000003\t2\n')],
  ])('%s', async (_, content) => {
    expect(await read(content)).toEqual(tokens);
  });

  test('keeps digits as strings in a table of names and reads its first line as an entry', async () => {
    expect(await read('TSPAN6\tENSG00000000003\nMARCH1\t007\n')).toEqual(
      new Map([
        ['TSPAN6', 'ENSG00000000003'],
        ['MARCH1', '007'],
      ]),
    );
  });

  test('keeps every digit of the medians', async () => {
    expect(await read('a\t0.0946772\nb\t1e-7\n')).toEqual(
      new Map([
        ['a', 0.0946772],
        ['b', 1e-7],
      ]),
    );
  });

  test.each([
    ['', /file: is empty; download or write it again/],
    [' \n', /file: is empty/],
    ['{"a": [1]}', /key 'a': is a list; give every key a string or a number/],
    ['{"a": 1', /JSON: .*; repair the file/],
    ['{"a": 1, "b": "a:", "\\u0061": 2}', /key 'a': occurs twice; keep one of its values/],
    ['a\tb\tc\n', /line 1: has 3 fields, not a key and a value/],
    ['a\t1\na\t2\n', /key 'a': occurs twice/],
    [Uint8Array.of(0xff, 0xfe, 0), /encoding: is neither UTF-8 nor valid UTF-16LE/],
  ])('rejects %j', async (content, message) => {
    await expect(read(content)).rejects.toThrow(FormatError);
    await expect(read(content)).rejects.toThrow(message);
  });

  test('names a missing file', async () => {
    await expect(readDictionary(at('none'))).rejects.toThrow(FileMissingError);
  });
});
