import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { limits, problemsOf, publintProblems, sizeProblems, typeProblems } from './check.mjs';

const SOUND = {
  'package.json': JSON.stringify({
    name: '@geneformer-ts/core',
    version: '1.0.0',
    license: 'MIT',
    type: 'module',
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    files: ['dist'],
  }),
  'dist/index.js': 'export const one = 1;\n',
  'dist/index.d.ts': 'export declare const one: number;\n',
};

let folder;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'check-test-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('a package', () => {
  test('that is sound has no problem', async () => {
    expect(await problemsOf('@geneformer-ts/core', pack(SOUND))).toEqual([]);
  });

  test('whose export is missing is found by publint', async () => {
    const archive = pack({ ...SOUND, 'dist/index.js': undefined });
    expect(await publintProblems(archive)).toEqual([
      expect.stringMatching(/^publint: .*dist\/index\.js.*does not exist/),
    ]);
  });

  test('whose types belong to a module of another kind is found', async () => {
    const archive = pack({
      ...SOUND,
      'package.json': SOUND['package.json'].replaceAll('index.d.ts', 'index.d.cts'),
      'dist/index.d.cts': SOUND['dist/index.d.ts'],
    });
    expect(await typeProblems(archive)).toEqual([expect.stringMatching(/^types: FalseCJS/)]);
  });

  test('without types is found', async () => {
    const archive = pack({
      ...SOUND,
      'package.json': SOUND['package.json'].replace('"types":"./dist/index.d.ts",', ''),
      'dist/index.d.ts': undefined,
    });
    expect(await typeProblems(archive)).toEqual(['types: none were found']);
  });

  test('may have the size of its limit and no more', () => {
    const limit = limits['@geneformer-ts/core'];
    expect(sizeProblems('@geneformer-ts/core', new Uint8Array(limit * 1000))).toEqual([]);
    expect(sizeProblems('@geneformer-ts/core', new Uint8Array(limit * 1000 + 1))).toEqual([
      `has ${limit + 1} kB, more than its limit of ${limit} kB; see what is in it, or raise tools/release/sizes.json`,
    ]);
  });

  test('without a limit is found', () => {
    expect(sizeProblems('other', new Uint8Array(1500))).toEqual([
      'has no limit; add it to tools/release/sizes.json, such as 2',
    ]);
  });
});

/** Packs files with npm and returns the archive. */
function pack(files) {
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) continue;
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const { status, stderr } = spawnSync('npm', ['pack', '--silent'], { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return readFileSync(
    path.join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.tgz')),
    ),
  );
}
