import { FormatError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import { fixture, scratch } from '../../testing/folder.js';
import { HdfFile } from './file.js';
import { toFloat64 } from '../numbers.js';

// Every dataset of the fixtures contains these numbers (tools/parity/io-layouts.py).
const expected = Float64Array.from({ length: 1000 }, (_, i) => (i * 7) % 101);
const at = scratch();

async function datasets(name: string): Promise<{ file: HdfFile; paths: string[] }> {
  const file = await HdfFile.open(fixture(name));
  const paths = file.keys('').flatMap((group) => file.keys(group).map((leaf) => `${group}/${leaf}`));
  return { file, paths: paths.filter((path) => !/compact|holes/.test(path)) };
}

describe.each(['layouts.h5', 'newest.h5'])('%s', (name) => {
  test('reads the same numbers from every layout, at once and in pieces', async () => {
    const { file, paths } = await datasets(name);
    expect(paths.length).toBeGreaterThan(25);
    for (const path of paths) {
      const reader = file.numbers(path);
      const whole = toFloat64(reader.read(0, 1000));
      expect({ path, values: [...whole] }).toEqual({ path, values: [...expected] });
      for (const step of [1, 63, 64, 65, 333]) {
        const pieces: number[] = [];
        for (let from = 0; from < 1000; from += step) {
          pieces.push(...toFloat64(reader.read(from, Math.min(1000, from + step))));
        }
        expect({ path, step, pieces }).toEqual({ path, step, pieces: [...expected] });
      }
      expect(toFloat64(reader.read(500, 503))).toEqual(expected.slice(500, 503));
      expect(reader.read(7, 7).length).toBe(0);
    }
    file.close();
  });
});

test('reads common layouts without the library and the others with it', async () => {
  const { file, paths } = await datasets('layouts.h5');
  const byLibrary = paths.filter((path) => !file.rawReader(path));
  expect(byLibrary.sort()).toEqual(['checked/f4', 'checked/i4', 'checked/i8', 'odd/bigendian']);
  file.close();
});

test('reads unwritten data as zero', async () => {
  const file = await HdfFile.open(fixture('layouts.h5'));
  const values = toFloat64(file.numbers('odd/holes').read(0, 1000));
  expect([...values.subarray(0, 64)]).toEqual([...expected.subarray(0, 64)]);
  expect(values.subarray(64).every((value) => value === 0)).toBe(true);
  file.close();
});

/** Finds the first zlib stream. Its two-byte signature may occur anywhere, so decompression is tried. */
function firstStream(bytes: Buffer): number {
  for (let start = bytes.indexOf('785e', 0, 'hex'); start >= 0; start = bytes.indexOf('785e', start + 1, 'hex')) {
    try {
      inflateSync(bytes.subarray(start));
      return start;
    } catch {
      // Not a stream; the next signature may be one.
    }
  }
  throw new Error('the fixture has no zlib stream');
}

test('names a damaged chunk', async () => {
  const bytes = await readFile(fixture('layouts.h5'));
  const start = firstStream(bytes);
  bytes.fill(0xff, start + 8, start + 16);
  await writeFile(at('damaged.h5'), bytes);
  const file = await HdfFile.open(at('damaged.h5'));
  const failures = ['gzip', 'shuffled', 'checked', 'odd'].flatMap((group) =>
    file.keys(group).flatMap((leaf) => {
      try {
        file.numbers(`${group}/${leaf}`).read(0, 1000);
        return [];
      } catch (cause) {
        return [cause];
      }
    }),
  );
  expect(failures.length).toBe(1);
  expect(failures[0]).toBeInstanceOf(FormatError);
  expect((failures[0] as FormatError).message).toMatch(/damaged\.h5: \S+\/\S+: .*; the file is damaged/);
  file.close();
});
