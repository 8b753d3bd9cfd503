import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type ServedPage, servePage } from '@geneformer-ts/page';
import { executablePath, reason } from './testing/chromium.js';
import { writeSeveralTimes } from './testing/write-steps.js';

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'explorer-writing-'));
const made = (name: string): string => join(folder, 'samples', name);

/** One file or folder of every kind that is read; those of the fuzzer are made for the test. */
const inputs: [string, () => string][] = [
  ['h5ad of the oldest format', () => root('packages/io/fixtures/anndata/symbols.h5ad')],
  ['h5ad of the newest format', () => root('packages/io/fixtures/anndata/latest.h5ad')],
  ['h5ad with dense groups', () => root('packages/io/fixtures/anndata/grouped.h5ad')],
  ['h5ad with layers', () => root('packages/io/fixtures/columns/layers.h5ad')],
  ['h5ad with lzf', () => root('packages/io/fixtures/lzf.h5ad')],
  ['loom', () => root('tools/fuzz/samples/tiny-3.loom')],
  ['10x h5', () => root('tools/fuzz/samples/tiny-10x-3.h5')],
  ['csv', () => made('counts.csv')],
  ['compressed tsv', () => made('counts.tsv.gz')],
  ['10x folder', () => made('mtx')],
  ['zarr 2 with blosc and zstd', () => made('two.zarr')],
  ['zarr 3 with zstd', () => made('three.zarr')],
];

(executablePath ? describe : describe.skip)(`files that are written in Chromium${reason}`, () => {
  let served: ServedPage;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    await build({
      entryPoints: { worker: root('apps/explorer/src/testing/write-worker.ts') },
      outdir: join(folder, 'page'),
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'browser',
      conditions: ['@geneformer-ts/source'],
    });
    writeFileSync(join(folder, 'page/index.html'), '<title>Writing</title>');
    mkdirSync(join(folder, 'samples'));
    const { makeSamples } = (await import(root('tools/fuzz/samples.mjs'))) as {
      makeSamples: (where: string) => Promise<void>;
    };
    await makeSamples(join(folder, 'samples'));
    // With the policy of the page, which forbids code that is made of text.
    served = await servePage({ folder: join(folder, 'page') });
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
    page = await browser.newPage();
    await page.goto(served.url);
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(inputs)('of %s have the bytes that Node writes, whenever they are saved', async (_name, path) => {
    const outputs = mkdtempSync(join(folder, 'outputs-'));
    const written = await writeSeveralTimes(path(), { at: (name) => join(outputs, name), reopen: (name) => name });
    const expected = written.map((bytes) => `${createHash('sha256').update(bytes).digest('hex')} ${bytes.length}`);
    expect(new Set(expected).size).toBeGreaterThan(3);
    expect(await page.evaluate<string[]>(`(${WRITE})(${JSON.stringify(contentOf(path()))})`)).toEqual(expected);
  });
});

/** Returns the files of a path, as they are dropped. */
function contentOf(path: string): { name: string; files: [string, string][] } {
  const isFolder = statSync(path).isDirectory();
  const names = isFolder
    ? readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(path, name)).isFile())
    : [''];
  const files = names.map((name): [string, string] => [
    name || basename(path),
    readFileSync(join(path, name)).toString('base64'),
  ]);
  return { name: basename(path), files };
}

/** Runs in the page. */
const WRITE = `({ name, files }) => new Promise((resolve) => {
  const worker = new Worker('worker.js', { type: 'module' });
  worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  worker.postMessage({ name, files: new Map(files.map(([path, text]) => [path, new File([bytesOf(text)], path)])) });
})`;
