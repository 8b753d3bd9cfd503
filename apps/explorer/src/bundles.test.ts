import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { browserEntries, esbuildBundle, importOf, viteBundles } from './testing/bundle.js';

const entries = browserEntries();
/** Largest difference between a size and that of the README. */
const TOLERANCE = 0.05;

test('every package of the page has a build for browsers', () => {
  const packages = [
    'core',
    'io',
    'tokenizer',
    'engine',
    'model',
    'analysis',
    'eval',
    'viz',
    'mini',
    'hub',
    'baselines',
  ];
  expect(entries).toEqual(expect.arrayContaining([...packages.map((name) => `@geneformer-ts/${name}`), 'geneformer']));
});

describe('a bundle with esbuild', () => {
  test.each(entries)('of %s has no module and no global of Node', async (entry) => {
    // Fails for every module of Node.
    const { sources } = await esbuildBundle(importOf(entry));
    const own = sources.filter((file) => /packages\/[^/]+\/src\//.test(file));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter(usesGlobalsOfNode)).toEqual([]);
  });

  test('fails for a module of Node', async () => {
    await expect(esbuildBundle(`export { readFileSync } from 'node:fs'`)).rejects.toThrow(
      'Could not resolve "node:fs"',
    );
  });
});

describe('a bundle with Vite', () => {
  const OF_NODE = `export { readFileSync } from 'node:fs'`;
  let found: string[][];
  beforeAll(async () => {
    found = await viteBundles([...entries.map(importOf), OF_NODE]);
  });

  test.each(entries.map((entry, at) => [entry, at] as const))('of %s has no module of Node', (_entry, at) => {
    expect(found[at]).toEqual([]);
  });

  test('has one if it is imported', () => {
    expect(found.at(-1)).toEqual([expect.stringContaining('node:fs')]);
  });
});

describe('the sizes in the README', () => {
  let rows: Map<string, number[]>;
  beforeAll(() => {
    const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const cells = [...text.matchAll(/^\| `([^`]+)` +\| +([\d.,]+) +\| +([\d.,]+) +\| +([\d.,]+) +\|$/gm)];
    rows = new Map(
      cells.map(([, name, ...numbers]) => [name, numbers.map((number) => Number(number.replace(',', '')))]),
    );
  });

  test('are those of all builds for browsers', () => {
    expect([...rows.keys()].sort()).toEqual([...entries].sort());
  });

  test.each(entries)('of %s are right within 5 % or 1 KB', async (entry) => {
    const { size } = await esbuildBundle(importOf(entry));
    const measured = [size.minified, size.gzip, size.onDemand].map((bytes) => bytes / 1000);
    const stated = rows.get(entry) ?? [];
    // Shown when the table has to be changed.
    const expected = measured.map((kb, i) => {
      const isRight = Math.abs(kb - stated[i]) <= Math.max(1, TOLERANCE * kb);
      return isRight ? stated[i] : Math.round(kb);
    });
    expect(stated).toEqual(expected);
  });
});

/** Whether code uses a global of Node without looking whether it exists. */
function usesGlobalsOfNode(file: string): boolean {
  const code = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const isGuarded = code.includes("typeof Buffer === 'undefined'");
  return /from 'node:|process\.memoryUsage\.rss\(\)\s*;/.test(code) || (!isGuarded && /\bBuffer\.\w/.test(code));
}
