import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { copyFileSync, readFileSync } from 'node:fs';
import { fixture, scratch } from '../../testing/folder.js';
import { treeOf } from '../../testing/hdf5-tree.js';
import { EditedFile } from './edited-file.js';
import { HdfFile } from './file.js';
import { messagesAt } from './layout.js';
import { lookup3 } from './lookup3.js';
import { unlink } from './unlink.js';
import { HdfWriter } from './writer.js';

const at = scratch();

/** Removes names from a group, and returns whether each was removed. */
async function remove(path: string, group: string, names: readonly string[]): Promise<boolean[]> {
  const read = await HdfFile.open(path);
  const address = read.address(group);
  read.close();
  const file = EditedFile.open(path);
  const removed = names.map((name) => unlink(file, address, name));
  file.close();
  return removed;
}

async function add(path: string, names: readonly string[]): Promise<void> {
  const file = await HdfWriter.amend(path, 0);
  for (const name of names) file.text(name, 'added');
  await file.finish();
}

async function keysOf(path: string, group = ''): Promise<string[]> {
  const file = await HdfFile.open(path);
  const keys = file.keys(group);
  file.close();
  return keys;
}

test.each([
  ['', 0xdeadbeef],
  ['Four score and seven years ago', 0x17770551],
])('the hash of "%s" is that of the reference implementation', (text, expected) => {
  expect(lookup3(new TextEncoder().encode(text))).toBe(expected);
});

describe.each(['symbols', 'latest', 'tracked', 'single', 'grouped'])('in %s.h5ad', (name) => {
  const original = fixture(`anndata/${name}.h5ad`);

  test.each(['obs', 'obsm', 'uns', 'var'])('any name of %s is removed, and nothing else', async (group) => {
    const before = await treeOf(original);
    for (const removed of await keysOf(original, group)) {
      copyFileSync(original, at('copy.h5ad'));
      expect(await remove(at('copy.h5ad'), group, [removed])).toEqual([true]);
      const gone = [...before.keys()].filter((path) => `${path}/`.startsWith(`${group}/${removed}/`));
      const expected = new Map(before);
      for (const path of gone) expected.delete(path);
      const after = await treeOf(at('copy.h5ad'));
      expect([...after.keys()]).toEqual([...expected.keys()]);
      for (const [path, facts] of expected) {
        // The target of this link and of nothing else may be the removed value.
        if (path !== 'uns/unknown/shortcut') expect([path, after.get(path)]).toEqual([path, facts]);
      }
    }
  });

  test('a name that does not exist changes no byte', async () => {
    copyFileSync(original, at('copy.h5ad'));
    expect(await remove(at('copy.h5ad'), 'obs', ['labe', 'labels', '', 'X'])).toEqual([false, false, false, false]);
    expect(readFileSync(at('copy.h5ad')).equals(readFileSync(original))).toBe(true);
  });
});

test('a header whose checksum is wrong is left alone', async () => {
  copyFileSync(fixture('anndata/latest.h5ad'), at('damaged.h5ad'));
  const read = await HdfFile.open(at('damaged.h5ad'));
  const address = read.address('obsm');
  read.close();
  const file = EditedFile.open(at('damaged.h5ad'));
  const LINK = 6;
  const sums = [...messagesAt(file, address)].filter(({ type }) => type === LINK).map(({ checked }) => checked!.to);
  expect(sums.length).toBeGreaterThan(0);
  for (const sum of new Set(sums)) file.write(sum, Uint8Array.of(~file.view(sum, 1)!.getUint8(0)));
  expect(unlink(file, address, 'X_pca')).toBe(false);
  file.close();
});

test('names are removed and added in any order, in trees of any depth', async () => {
  const names = Array.from({ length: 500 }, (_, i) => `name${String(i).padStart(3, '0')}`);
  const some = fc.shuffledSubarray(names);
  const step = fc.record({ added: some, removed: fc.oneof(some, fc.constant(names)) });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 5 }), async (steps) => {
      await (await HdfWriter.create(at('names.h5'), 0)).finish();
      const expected = new Set<string>();
      for (const { added, removed } of steps) {
        const fresh = added.filter((name) => !expected.has(name));
        await add(at('names.h5'), fresh);
        for (const name of fresh) expected.add(name);
        expect(await remove(at('names.h5'), '', removed)).toEqual(removed.map((name) => expected.delete(name)));
        const file = await HdfFile.open(at('names.h5'));
        expect(file.keys('')).toEqual([...expected].sort());
        // Listing names does not need the keys of the tree, finding them does.
        for (const name of names) expect([name, file.kind(name) !== undefined]).toEqual([name, expected.has(name)]);
        file.close();
      }
    }),
    { numRuns: 10, seed: 7 },
  );
});
