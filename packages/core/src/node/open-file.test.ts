import { afterEach, expect, test } from '@jest/globals';
import { renameSync, utimesSync, writeFileSync } from 'node:fs';
import type { ByteSource } from '../byte-source.js';
import { scratch } from '../testing/folder.js';
import { checkFileVersion, fileVersion, openFile } from './open-file.js';

const at = scratch();
let source: ByteSource;
afterEach(() => source.close());

const text = async (): Promise<string> => new TextDecoder().decode(await source.read(0, source.byteLength));

test('a file that is written while it is read is refused, also with the same size', async () => {
  writeFileSync(at('cells.csv'), '1,2');
  source = await openFile(at('cells.csv'));
  expect(await text()).toBe('1,2');
  writeFileSync(at('cells.csv'), '9,9');
  // Two writes within the resolution of the clock may have the same time.
  utimesSync(at('cells.csv'), 1, 1);
  await expect(text()).rejects.toThrow(
    /cells.csv: changed while it was read; check that no other program writes it, and run again/,
  );
});

test('a file that another one replaces is read as it was, and the other one has another version', async () => {
  writeFileSync(at('cells.csv'), '1,2');
  const file = await openFile(at('cells.csv'));
  source = file;
  expect(fileVersion(at('cells.csv'))).toBe(file.version);
  writeFileSync(at('new.csv'), '9,9');
  renameSync(at('new.csv'), at('cells.csv'));
  expect(await text()).toBe('1,2');
  expect(() => checkFileVersion(at('cells.csv'), file.version)).toThrow(/changed while it was read/);
});
