import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Linter } from 'eslint';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { layerRule, layers, undeclaredSubpaths } from './boundaries.mjs';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));

describe('layers', () => {
  test('every package has one', () => {
    for (const name of readdirSync(packages)) expect(Object.keys(layers)).toContain(name);
  });

  test.each(Object.entries(layers))('%s imports no layer that imports it', (name, allowed) => {
    const reached = new Set(allowed);
    for (const next of reached) for (const below of layers[next]) reached.add(below);
    expect([...reached]).not.toContain(name);
  });

  test('packages depend only on what their layer allows', () => {
    for (const name of readdirSync(packages)) {
      const { dependencies = {} } = JSON.parse(readFileSync(path.join(packages, name, 'package.json'), 'utf8'));
      for (const dependency of Object.keys(dependencies)) {
        const [, layer] = /^@geneformer-ts\/(.+)$/.exec(dependency) ?? [];
        if (layer) expect({ name, allowed: layers[name] }).toEqual({ name, allowed: expect.arrayContaining([layer]) });
      }
    }
  });
});

describe('the rule on layers', () => {
  const linted = (file, code) =>
    new Linter()
      .verify(
        code,
        [{ plugins: { workspace: { rules: { layers: layerRule } } }, rules: { 'workspace/layers': 'error' } }],
        { filename: file },
      )
      .map(({ message }) => message);
  const refused = 'eval may import only: core (tools/lint/boundaries.mjs).';

  test.each([
    "import { x } from '@geneformer-ts/io';",
    "import { x } from '@geneformer-ts/io/anndata';",
    "export { x } from '@geneformer-ts/io/anndata';",
    "export * from '@geneformer-ts/io';",
    "const x = await import('@geneformer-ts/io/anndata');",
  ])('refuses in eval: %s', (code) => {
    expect(linted('packages/eval/src/a.js', code)).toEqual([refused]);
  });

  test.each([
    ['packages/eval/src/a.js', "import { x } from '@geneformer-ts/core';"],
    ['packages/eval/src/a.js', "import { x } from '@geneformer-ts/core/node';"],
    [
      'packages/eval/src/a.js',
      "import x from 'pure-rand'; export { y } from './y.js'; export const z = await import(name);",
    ],
    ['packages/tokenizer/src/a.js', "import { x } from '@geneformer-ts/io/anndata';"],
    ['apps/reproduce/src/a.js', "import { x } from '@geneformer-ts/viz';"],
    ['tools/docs/a.js', "import { x } from '@geneformer-ts/model';"],
  ])('allows in %s: %s', (file, code) => {
    expect(linted(file, code)).toEqual([]);
  });
});

describe('subpaths', () => {
  let folder;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'boundaries-'));
    const exports = { '.': {}, './anndata': {}, './formats/*': {} };
    mkdirSync(path.join(folder, 'io'));
    writeFileSync(path.join(folder, 'io/package.json'), JSON.stringify({ name: '@geneformer-ts/io', exports }));
    mkdirSync(path.join(folder, 'empty'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['@geneformer-ts/io', true],
    ['@geneformer-ts/io/anndata', true],
    ['@geneformer-ts/io/formats/h5ad', true],
    ['@geneformer-ts/io/anndata/reader', false],
    ['@geneformer-ts/io/src/index.js', false],
    ['@geneformer-ts/model/anndata', false],
    ['onnxruntime-node/dist', true],
  ])('%s may be imported: %s', (name, allowed) => {
    expect(new RegExp(undeclaredSubpaths(folder), 'u').test(name)).toBe(!allowed);
  });

  test('nothing is declared: all are refused', () => {
    expect(new RegExp(undeclaredSubpaths(path.join(folder, 'empty')), 'u').test('@geneformer-ts/io/anndata')).toBe(
      true,
    );
  });
});
