import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as node from '../node.js';
import * as browser from '../browser.js';

/** What a program sees of a file system: the functions that the packages use. */
type Files = Pick<
  typeof node,
  'copyFile' | 'mkdir' | 'open' | 'readdir' | 'readFile' | 'rename' | 'rm' | 'rmdir' | 'stat' | 'unlink' | 'writeFile'
>;

let disk: string;
beforeAll(() => {
  disk = realpathSync(mkdtempSync(join(tmpdir(), 'files-')));
});
afterAll(() => rmSync(disk, { recursive: true, force: true }));

/** Runs a program on disk with Node's functions and in memory, and returns what it returned or the code of its error. */
async function both(program: (files: Files, at: (name: string) => string) => Promise<unknown>): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const [files, root] of [
    [node, disk],
    [browser as unknown as Files, browser.join(browser.tmpdir(), 'test')],
  ] as const) {
    await files.rm(root, { recursive: true, force: true });
    await files.mkdir(root, { recursive: true });
    const at = (name: string): string => `${root}/${name}`;
    results.push(await program(files, at).catch((error: NodeJS.ErrnoException) => error.code ?? error.message));
  }
  return results;
}

describe('files in memory behave as those on disk', () => {
  test.each<[string, Parameters<typeof both>[0], unknown]>([
    [
      'a text is read as it was written',
      async (files, at) => (await files.writeFile(at('a'), 'é\n'), files.readFile(at('a'), 'utf8')),
      'é\n',
    ],
    ['a missing file', (files, at) => files.readFile(at('a')), 'ENOENT'],
    ['a folder that is read as a file', (files, at) => files.readFile(at('.')), 'EISDIR'],
    ['a file in a missing folder', (files, at) => files.writeFile(at('no/a'), ''), 'ENOENT'],
    [
      'a file below a file',
      async (files, at) => (await files.writeFile(at('a'), ''), files.writeFile(at('a/b'), '')),
      'ENOTDIR',
    ],
    [
      'a new file where one exists',
      async (files, at) => (await files.writeFile(at('a'), ''), files.open(at('a'), 'wx')),
      'EEXIST',
    ],
    ['a folder where one exists', async (files, at) => (await files.mkdir(at('a')), files.mkdir(at('a'))), 'EEXIST'],
    [
      'a folder with files that is removed as an empty one',
      async (files, at) => (await files.mkdir(at('a/b'), { recursive: true }), files.rmdir(at('a'))),
      'ENOTEMPTY',
    ],
    [
      'a removed file',
      async (files, at) => (await files.writeFile(at('a'), ''), await files.unlink(at('a')), files.stat(at('a'))),
      'ENOENT',
    ],
    [
      'a file that is removed by force though it is missing',
      async (files, at) => (await files.rm(at('a'), { force: true }), 'done'),
      'done',
    ],
  ])('%s', async (_what, program, expected) => {
    expect(await both(program)).toEqual([expected, expected]);
  });

  test('a moved folder takes its files along', async () => {
    const [onDisk, inMemory] = await both(async (files, at) => {
      await files.mkdir(at('a/b'), { recursive: true });
      await files.writeFile(at('a/b/c'), 'x');
      await files.writeFile(at('a/d'), 'y');
      await files.rename(at('a'), at('z'));
      return [(await files.readdir(at('.'), { recursive: true })).sort(), await files.readFile(at('z/b/c'), 'utf8')];
    });
    expect(onDisk).toEqual([['z', 'z/b', 'z/b/c', 'z/d'], 'x']);
    expect(inMemory).toEqual(onDisk);
  });

  test('a copy does not change with its origin', async () => {
    const results = await both(async (files, at) => {
      await files.writeFile(at('a'), 'abc');
      await files.copyFile(at('a'), at('b'));
      const file = await files.open(at('a'), 'r+');
      await file.write(Buffer.from('X'), 0, 1, 1);
      await file.truncate(2);
      await file.close();
      return [await files.readFile(at('a'), 'utf8'), await files.readFile(at('b'), 'utf8')];
    });
    expect(results).toEqual(Array(2).fill(['aX', 'abc']));
  });

  test('an open file keeps its place, and one that is opened for appending writes at its end', async () => {
    const results = await both(async (files, at) => {
      await files.writeFile(at('a'), 'abcdef');
      const reader = await files.open(at('a'));
      const target = new Uint8Array(4);
      const counts = [(await reader.read(target)).bytesRead, (await reader.read(target)).bytesRead];
      await reader.close();
      const writer = await files.open(at('a'), 'a');
      await writer.write('gh');
      await writer.close();
      return [counts, await files.readFile(at('a'), 'utf8'), (await files.stat(at('a'))).size];
    });
    expect(results).toEqual(Array(2).fill([[4, 2], 'abcdefgh', 8]));
  });
});

test('every function that a browser replaces has the name that it has in Node', () => {
  const types = ['SystemError'];
  const names = (module: object): string[] => Object.keys(module).filter((name) => !types.includes(name));
  expect(names(browser).sort()).toEqual(names(node).sort());
});
