import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runStage } from './run-stage.js';
import { storageError } from './storage-error.js';
import { Store } from './store.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'storage-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Returns the error message when a stage that writes `bytes` runs with this cache. */
async function problemWith(cache: string, bytes = 1): Promise<string> {
  const run = runStage({
    identity: { experiment: 'cell', profile: 'embedded', name: 'data' },
    work: () =>
      Promise.resolve(({ scratch }) => {
        const file = path.join(scratch, 'file.bin');
        writeFileSync(file, new Uint8Array(bytes));
        return Promise.resolve({ outputs: { file } });
      }),
    params: {},
    inputs: [],
    upstream: () => Promise.reject(new Error('it has no inputs')),
    code: '',
    backend: 'none',
    resultsDirectory: path.join(folder, 'results'),
    store: new Store(cache),
  });
  return run.then(
    () => 'no problem',
    (error: unknown) => (storageError(error) as Error).message,
  );
}

test('a cache that is a file: the message names it', async () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  expect(await problemWith(file)).toMatch(
    `a part of the path is a file, not a folder; set GENEFORMER_CACHE to a folder`,
  );
  expect(await problemWith(file)).toContain(file);
});

// Only Linux has such a file system; Node's own way to create folders never returns there.
(existsSync('/proc/self') ? test : test.skip)('a cache that cannot be created: the message names it', async () => {
  expect(await problemWith('/proc/none')).toMatch(
    /^\/proc\/none: cannot be created: .*; set GENEFORMER_CACHE to a folder/,
  );
});

const onMount = (options: string, use: (mount: string) => Promise<void>) => async () => {
  const mount = path.join(folder, 'mount');
  mkdirSync(mount);
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', mount]).status).toBe(0);
  try {
    await use(mount);
  } finally {
    spawnSync('umount', [mount]);
  }
};

const probe = mkdtempSync(path.join(tmpdir(), 'mount-'));
const mayMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe]).status === 0;
if (mayMount) spawnSync('umount', [probe]);
rmSync(probe, { recursive: true, force: true });
/** Mounting requires root. */
const whereMounting = mayMount ? test : test.skip;

whereMounting(
  'a full disk: the message names it and how to use another one',
  onMount('size=1m', async (mount) => {
    const problem = await problemWith(path.join(mount, 'cache'), 2 ** 21);
    expect(problem).toMatch(/the disk is full; free space there, or set GENEFORMER_CACHE to a folder on another disk$/);
  }),
);

whereMounting(
  'a read-only cache: the message names it',
  onMount('size=1m,ro', async (mount) => {
    const problem = await problemWith(path.join(mount, 'cache'));
    expect(problem).toContain(mount);
    expect(problem).toMatch(/read-only.*; set GENEFORMER_CACHE to a folder/);
  }),
);

test('other errors stay as they are', () => {
  const defect = new TypeError('x is undefined');
  expect(storageError(defect)).toBe(defect);
  expect(storageError(undefined)).toBeUndefined();
});
