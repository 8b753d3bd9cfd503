import { describe, expect, test } from '@jest/globals';
import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { scratch } from '../testing/folder.js';
import { writeFileAtomic } from './atomic.js';
import { createFolder } from './create-folder.js';
import { writeDirectory } from './directory.js';

const at = scratch();

describe('createFolder', () => {
  test('creates missing parents, and keeps what exists', () => {
    createFolder(at('a/b/c'));
    createFolder(at('a/b/c'));
    expect(statSync(at('a/b/c')).isDirectory()).toBe(true);
  });

  test('follows a link to a folder', () => {
    createFolder(at('real'));
    symlinkSync(at('real'), at('linked'));
    createFolder(at('linked/inner'));
    expect(existsSync(at('real/inner'))).toBe(true);
  });

  test.each([
    ['file', 'EEXIST'],
    ['file/below', 'ENOTDIR'],
    ['dangling', 'EEXIST'],
  ])('refuses %s with %s', (name, code) => {
    writeFileSync(at('file'), '');
    if (name === 'dangling') symlinkSync('nowhere', at('dangling'));
    expect(() => createFolder(at(name))).toThrow(expect.objectContaining({ code }));
  });
});

// Only Linux has such a file system; Node's own way to create folders never returns there.
(existsSync('/proc/self') ? describe : describe.skip)('a folder below /proc', () => {
  test.each([
    ['createFolder', () => createFolder('/proc/none/a')],
    ['writeFileAtomic', () => writeFileAtomic('/proc/none/a/file', 'x')],
    ['writeDirectory', () => writeDirectory('/proc/none/a/folder', () => Promise.resolve())],
  ])('cannot be created: %s says so', async (name, create) => {
    const creating = (async () => create())();
    await expect(creating).rejects.toThrow(/\/proc\/none/);
    if (name !== 'createFolder') await expect(creating).rejects.toMatchObject({ tag: 'FileMissingError' });
  });
});
