import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './workspace.mjs';

/** A small workspace with the settings of this one: two packages, of which one depends on the other, and a tool. */
let folder;
const read = (file) => readFileSync(path.join(folder, file), 'utf8');
const version = (file) => JSON.parse(read(file)).version;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'changelog-'));
  const settings = JSON.parse(readFileSync(path.join(root, '.changeset/config.json'), 'utf8'));
  settings.changelog = path.join(root, '.changeset', settings.changelog);
  const manifest = (name, more) => JSON.stringify({ name, version: '0.0.0', ...more });
  write('.changeset/config.json', JSON.stringify(settings));
  write('package.json', '{ "name": "root", "private": true }');
  write('pnpm-workspace.yaml', 'packages:\n  - packages/*\n  - tools/*\n');
  write('packages/core/package.json', manifest('@geneformer-ts/core'));
  const dependencies = { '@geneformer-ts/core': 'workspace:*' };
  write('packages/geneformer/package.json', manifest('geneformer', { dependencies }));
  write('tools/bench/package.json', manifest('bench', { private: true, dependencies }));
  write(
    '.changeset/one.md',
    `---\n'@geneformer-ts/core': minor\n---\n\nFiles are read twice as fast.\n\n- also zarr\n`,
  );
  write('.changeset/two.md', `---\n'@geneformer-ts/core': patch\n---\n\nEmpty columns are read.\n`);
  run('git', 'init', '-q', '-b', 'main');
  run('git', 'add', '-A');
  run('git', '-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '-q', '-m', 'chore: first');
  run(path.join(root, 'node_modules/.bin/changeset'), 'version');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('changeset version', () => {
  test('gives every published package the same version', () => {
    expect([version('packages/core/package.json'), version('packages/geneformer/package.json')]).toEqual([
      '0.1.0',
      '0.1.0',
    ]);
  });

  test('leaves packages alone that are not published', () => {
    expect(version('tools/bench/package.json')).toBe('0.0.0');
    expect(existsSync(path.join(folder, 'tools/bench/CHANGELOG.md'))).toBe(false);
  });

  test('writes what changed for users, without digests of commits', () => {
    expect(read('packages/core/CHANGELOG.md')).toBe(`# @geneformer-ts/core

## 0.1.0

### Minor Changes

- Files are read twice as fast.

  - also zarr

### Patch Changes

- Empty columns are read.
`);
  });

  test('names no versions of siblings', () => {
    expect(read('packages/geneformer/CHANGELOG.md')).not.toMatch(/Updated dependencies|core@/);
  });
});

function write(file, text) {
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
}

function run(command, ...words) {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const { status, stdout, stderr } = spawnSync(command, words, { cwd: folder, encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} failed:\n${stdout}${stderr}`);
}
