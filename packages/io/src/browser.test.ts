import { expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import type { readTable } from './anndata/csv/table.js';
import { readDictionary } from './checkpoints/dictionary.js';
import { readSafetensors } from './checkpoints/safetensors.js';
import { openDataset } from './datasets/read.js';
import { fixture } from './testing/folder.js';

/** The readers that a page may import, as an application would bundle them. */
const ENTRY = `
  export { blobSource, FileMissingError } from '@geneformer-ts/core';
  export { readCheckpoint, readDictionary, readSafetensors } from './checkpoints/index.js';
  export { openDataset, openListColumn } from './datasets/index.js';
  export { readTable } from './anndata/csv/table.js';
  export { openCsv } from './anndata/csv/open.js';
`;

/** Bundles for a browser. Modules of Node stay imports, and may only be loaded on demand. */
async function bundle(): Promise<string> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: ENTRY, loader: 'ts', resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    write: false,
    metafile: true,
    format: 'iife',
    globalName: 'io',
    platform: 'browser',
    conditions: ['@geneformer-ts/source'],
    external: ['node:*', '@geneformer-ts/core/node'],
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  expect(output.imports.filter(({ external, kind }) => external && kind !== 'dynamic-import')).toEqual([]);
  return outputFiles[0].text;
}

test('the readers run without Node: in a page they read what was dropped on it', async () => {
  const page = { TextDecoder, TextEncoder, Blob, DecompressionStream, ReadableStream, Uint8Array };
  const table = gzipSync(`\tlabel\n${Array.from({ length: 9 }, (_, i) => `cell${i}\tT${i % 3}\n`).join('')}`);
  const script = `${await bundle()}
    const source = (bytes, name) => io.blobSource(new Blob([bytes]), name);
    ({
      async safetensors(bytes) { return (await io.readSafetensors(source(bytes, 'x'))).tensors; },
      async torch(bytes) { return (await io.readCheckpoint(source(bytes, 'x'))).tensors.size; },
      dictionary: (bytes) => io.readDictionary(source(bytes, 'x')),
      table: (bytes) => io.readTable(source(bytes, 'x')),
      async path() { await io.readTable('x.csv'); },
      async rows(files) {
        const open = async (name) => {
          if (!files[name]) throw new io.FileMissingError(name);
          return source(files[name], name);
        };
        const folder = { name: 'x', open, list: async () => Object.keys(files) };
        const dataset = await io.openDataset(folder, { columns: ['length'] });
        const rows = [];
        for await (const batch of dataset.batches()) rows.push(...batch.columns.length);
        return rows;
      },
    });`;
  const io = runInNewContext(script, page) as Record<string, (input?: unknown) => Promise<unknown>>;

  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)));
  const safetensors = await readFile(fixture('reference.safetensors'));
  const tensors = (await io['safetensors'](safetensors)) as Map<string, unknown>;
  expect(plain([...tensors])).toEqual(plain([...(await readSafetensors(fixture('reference.safetensors'))).tensors]));
  expect(await io['torch'](await readFile(fixture('torch/checkpoint.bin')))).toBeGreaterThan(0);
  const dictionary = (await io['dictionary'](await readFile(fixture('tokens-4.pkl')))) as Map<string, number>;
  expect([...dictionary]).toEqual([...(await readDictionary(fixture('tokens-4.pkl')))]);
  const { index } = (await io['table'](table)) as Awaited<ReturnType<typeof readTable>>;
  expect([...index]).toEqual(Array.from({ length: 9 }, (_, i) => `cell${i}`));
  await expect(io['path']()).rejects.toBeDefined();

  const files: Record<string, Uint8Array> = {};
  const state = JSON.parse(await readFile(fixture('reference.dataset/state.json'), 'utf8')) as {
    _data_files: { filename: string }[];
  };
  for (const name of ['state.json', 'dataset_info.json', ...state._data_files.map(({ filename }) => filename)]) {
    files[name] = await readFile(fixture(`reference.dataset/${name}`));
  }
  const expected: bigint[] = [];
  const dataset = await openDataset(fixture('reference.dataset'), { columns: ['length'] });
  for await (const { columns } of dataset.batches()) expected.push(...(columns['length'] as BigInt64Array));
  expect(((await io['rows'](files)) as bigint[]).map(String)).toEqual(expected.map(String));
});
