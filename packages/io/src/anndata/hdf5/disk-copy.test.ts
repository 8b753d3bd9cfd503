import { sourceOf } from '@geneformer-ts/core';
import { temporaryBeside } from '@geneformer-ts/core/node';
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyToDisk } from './disk-copy.js';

/** A source of `size` bytes, of which each is 7. */
const sevens = (size: number) =>
  sourceOf('cells.h5ad', size, (_, length) => Promise.resolve(new Uint8Array(length).fill(7)));

const copies = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('.geneformer-io.'));

test('a copy has the bytes of the source until it is removed', async () => {
  const disk = await copyToDisk(sevens(1000));
  expect(disk.name).toBe('cells.h5ad');
  expect([...readFileSync(disk.path)]).toEqual(new Array(1000).fill(7));
  disk.remove();
  disk.remove();
  expect(existsSync(disk.path)).toBe(false);
});

test('a source that does not fit the disk is refused before anything is written', async () => {
  const before = copies();
  const copying = copyToDisk(sevens(1e15));
  await expect(copying).rejects.toMatchObject({ name: 'FileAccessError' });
  await expect(copying).rejects.toThrow(
    /^cells\.h5ad: has 1000000000000000 bytes, and a temporary copy does not fit into/,
  );
  expect(copies()).toEqual(before);
});

test('copies are removed when the process ends', async () => {
  const listeners = process.listeners('exit');
  const disks = [await copyToDisk(sevens(10)), await copyToDisk(sevens(10))];
  const added = process.listeners('exit').filter((listener) => !listeners.includes(listener));
  expect(added).toHaveLength(1);
  added[0](0);
  for (const { path } of disks) expect(existsSync(path)).toBe(false);
  for (const disk of disks) disk.remove();
  expect(process.listeners('exit')).toEqual(listeners);
});

test('copies of killed processes are removed by the next copy', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const left = temporaryBeside(join(tmpdir(), 'geneformer-io')).replace(`-${process.pid}-`, `-${pid}-`);
  mkdirSync(left);
  const disk = await copyToDisk(sevens(10));
  expect(existsSync(left)).toBe(false);
  disk.remove();
});
