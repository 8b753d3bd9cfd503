import { isGeneformerError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { symlinkSync } from 'node:fs';
import { zstdCompressedZeros } from '../../testing/zstd.js';
import { denseRows } from '../../testing/dense.js';
import { scratch } from '../../testing/folder.js';
import { editJson, type StoreContents, storeContents, writeStore } from '../../testing/zarr-store.js';
import { AnnData } from '../anndata.js';

const at = scratch();
let stores = 0;

/** Reads all parts of a changed store, which is on disk. */
async function readAll(name: string, change: (files: StoreContents) => void): Promise<unknown> {
  const files = storeContents(name);
  change(files);
  await using adata = await AnnData.open(writeStore(files, at(`store-${stores++}.zarr`)));
  for (const part of ['obsm', 'uns'] as const) {
    for (const key of adata[part].keys()) if (key !== 'unknown') await adata[part].get(key);
  }
  return await denseRows(adata.blocks());
}

const array = (files: StoreContents, key: string, values: object): void =>
  editJson(files, key, (meta) => Object.assign(meta, values));
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

const cases: [string, string, (files: StoreContents) => void, RegExp][] = [
  [
    'JSON that ends early',
    'old',
    (files) => files.set('X/.zattrs', bytes(123)),
    /^\S+: X\/.zattrs: is not JSON \(.*\); the store is damaged/,
  ],
  [
    'JSON that is not an object',
    'old',
    (files) => files.set('obs/.zattrs', bytes(91, 93)),
    /obs\/.zattrs: is not a JSON object/,
  ],
  [
    'another version',
    'sharded',
    (files) => editJson(files, 'zarr.json', (meta) => (meta['zarr_format'] = 4)),
    /zarr.json: has zarr_format 4, not 3/,
  ],
  [
    'a node that is neither group nor array',
    'sharded',
    (files) => editJson(files, 'X/zarr.json', (meta) => (meta['node_type'] = 'tree')),
    /X: has node_type "tree"/,
  ],
  [
    'a key that leaves the store',
    'two',
    (files) =>
      editJson(files, '.zmetadata', ({ metadata }) =>
        Object.assign(metadata as object, { 'obsm/../../x/.zarray': {} }),
      ),
    /'obsm\/..\/..\/x\/.zarray': is not a path inside the store/,
  ],
  [
    'an absolute key',
    'two',
    (files) =>
      editJson(files, '.zmetadata', ({ metadata }) => Object.assign(metadata as object, { '/etc/.zarray': {} })),
    /'\/etc\/.zarray': is not a path/,
  ],
  [
    'a shape that is not a list of sizes',
    'old',
    (files) => array(files, 'obsm/X_pca/.zarray', { shape: [-1, 2] }),
    /obsm\/X_pca: shape: is \[-1,2\], not a list of sizes/,
  ],
  [
    'a shape without chunks',
    'old',
    (files) => array(files, 'obs/count/.zarray', { shape: [2 ** 40], chunks: [2 ** 20] }),
    /obs\/count: has (no chunks for|\d+ values, which do not fit)/,
  ],
  [
    'an endless list of texts',
    'old',
    (files) => array(files, 'obs/names/.zarray', { shape: [2 ** 50] }),
    /obs\/names: has no chunks for \d+ of its values/,
  ],
  [
    'a chunk larger than memory',
    'old',
    (files) => array(files, 'obsm/X_pca/.zarray', { chunks: [2 ** 40, 3] }),
    /obsm\/X_pca: a chunk of \d+ bytes is not supported/,
  ],
  [
    'a chunk with more values than it states',
    'old',
    (files) => array(files, 'obsm/X_pca/.zarray', { chunks: [1, 1] }),
    /obsm\/X_pca: chunk 0.0 cannot be read/,
  ],
  [
    'chunks with another number of dimensions',
    'old',
    (files) => array(files, 'obsm/X_pca/.zarray', { chunks: [6] }),
    /chunks: have 1 dimensions, not 2/,
  ],
  [
    'an unknown codec',
    'old',
    (files) => array(files, 'X/data/.zarray', { compressor: { id: 'pickle' } }),
    /X\/data: codec 'pickle' is not supported/,
  ],
  [
    'an unknown data type',
    'old',
    (files) => array(files, 'X/data/.zarray', { dtype: '<c16' }),
    /X\/data: (data type <c16 is not supported|is not a matrix|should contain numbers)/,
  ],
  [
    'a damaged chunk',
    'old',
    (files) => files.set('X/data/0', bytes(1, 2, 3)),
    /X\/data: chunk 0 cannot be read \(.*\); the store is damaged/,
  ],
  [
    'a zstd chunk that grows beyond its size',
    'three',
    (files) => files.set('obsm/X_pca/c/0/0', zstdCompressedZeros(2 ** 28)),
    /obsm\/X_pca: chunk 0.0 cannot be read \(decompresses to \d+ bytes, but a chunk has at most \d+\)/,
  ],
  [
    'texts that end early',
    'old',
    (files) => array(files, 'obs/names/.zarray', { compressor: null }),
    /obs\/names: chunk 0 cannot be read \(has \d+ texts, not 6\)/,
  ],
  [
    'a shard whose checksum differs',
    'sharded',
    (files) => files.get('X/data/c/0')!.fill(7, -4),
    /X\/data: chunk 0 cannot be read \(has another checksum\)/,
  ],
  [
    'a shard that is not divided by its chunks',
    'sharded',
    (files) =>
      editJson(
        files,
        'X/data/zarr.json',
        ({ chunk_grid: grid }) =>
          ((grid as { configuration: { chunk_shape: number[] } }).configuration.chunk_shape = [7]),
      ),
    /chunk_shape: \d+ does not divide the shard/,
  ],
];

test.each(cases)('%s is a named error', async (_, name, change, message) => {
  const error = await readAll(name, change).catch((cause: unknown) => cause);
  expect([isGeneformerError(error), (error as Error).message]).toEqual([true, expect.stringMatching(message)]);
  expect((error as Error).message).not.toContain('\n');
});

test('a missing chunk has the fill value', async () => {
  expect(await readAll('two', (files) => files.delete('X/data/0'))).toEqual(
    await readAll('two', (files) => zeroData(files)),
  );
});

function zeroData(files: StoreContents): void {
  array(files, 'X/data/.zarray', { compressor: null });
  editJson(files, '.zmetadata', ({ metadata }) =>
    Object.assign((metadata as Record<string, object>)['X/data/.zarray'], { compressor: null }),
  );
  const { chunks } = JSON.parse(new TextDecoder().decode(files.get('X/data/.zarray'))) as { chunks: [number] };
  files.set('X/data/0', new Uint8Array(4 * chunks[0]));
}

describe('links', () => {
  test('are refused for a chunk, a folder and a file of metadata', async () => {
    for (const key of ['0.0', 'X_pca/0.0']) writeStore(new Map([[key, new Uint8Array(72)]]), at('secret'));
    for (const [name, key] of [
      ['two', 'X/data/0'],
      ['two', 'obsm'],
      ['old', 'X/.zattrs'],
    ] as const) {
      const files = storeContents(name);
      for (const file of [...files.keys()]) if (file === key || file.startsWith(`${key}/`)) files.delete(file);
      const folder = writeStore(files, at(`linked-${key.replaceAll('/', '-')}.zarr`));
      symlinkSync(at(key === 'X/data/0' ? 'secret/0.0' : 'secret'), `${folder}/${key}`);
      const read = async (): Promise<unknown> => {
        await using adata = await AnnData.open(folder);
        await adata.obsm.get('X_pca');
        return await denseRows(adata.blocks());
      };
      await expect(read()).rejects.toThrow(/a link inside a zarr store is not supported; replace links by files/);
    }
  });

  test('are followed for the store itself', async () => {
    symlinkSync(writeStore(storeContents('three'), at('real.zarr')), at('link.zarr'));
    await using adata = await AnnData.open(at('link.zarr'));
    expect(adata.nObs).toBe(6);
  });
});
