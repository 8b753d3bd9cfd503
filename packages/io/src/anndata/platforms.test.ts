import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createScratchFile } from './scratch-file.js';
import { checkKey } from './zarr/store-files.js';

const on = (platform: NodeJS.Platform) => jest.replaceProperty(process, 'platform', platform);
afterEach(() => void jest.restoreAllMocks());

describe('a temporary file', () => {
  test.each([
    ['linux', 0],
    ['darwin', 0],
    // An open file cannot be removed there.
    ['win32', 1],
  ] as const)(
    'on %s leaves %i entries in its folder while it is open, and none when it is closed',
    async (name, entries) => {
      on(name);
      const folder = mkdtempSync(path.join(tmpdir(), 'scratch-'));
      const file = await createScratchFile(folder);
      file.write(Uint8Array.of(1, 2, 3), 0);
      expect(readdirSync(folder)).toHaveLength(entries);
      const read = new Uint8Array(2);
      file.read(read, 1);
      expect([...read]).toEqual([2, 3]);
      file.close();
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe('a name in a zarr store', () => {
  test.each(['linux', 'darwin'] as const)('may contain a backslash on %s', (name) => {
    on(name);
    expect(() => checkKey('cells.zarr', 'obs/a\\..\\b')).not.toThrow();
  });

  test('may not on Windows, where it leads to another folder', () => {
    on('win32');
    expect(() => checkKey('cells.zarr', 'obs/a\\..\\b')).toThrow("'obs/a\\..\\b': is not a path inside the store");
  });
});
