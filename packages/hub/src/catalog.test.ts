import { FileAccessError } from '@geneformer-ts/core';
import { expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readCatalog } from './catalog.js';
import { scratch } from './testing/folder.js';

const at = scratch();

test('without a path, the catalog that ships with the package is read', async () => {
  const { path, assets } = await readCatalog();
  expect(assets.size).toBeGreaterThanOrEqual(15);
  expect(assets.get('geneformer-v1-10m')).toMatchObject({
    bytes: 41_183_536,
    companions: ['geneformer-v1-10m-config'],
  });
  expect(existsSync(join(dirname(path), 'package.json'))).toBe(true);
});

// It may not be opened: a pipe without a writer would never answer.
test('a named pipe is refused', async () => {
  execFileSync('mkfifo', [at('catalog.json')]);
  await expect(readCatalog(at('catalog.json'))).rejects.toThrow(FileAccessError);
  await expect(readCatalog(at('catalog.json'))).rejects.toThrow(/catalog\.json: is a named pipe; /);
});
