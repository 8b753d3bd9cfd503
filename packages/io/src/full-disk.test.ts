import { FileAccessError } from '@geneformer-ts/core';
import { writeFileAtomic } from '@geneformer-ts/core/node';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { AnnData } from './anndata/anndata.js';
import { writeH5ad } from './anndata/h5ad/write.js';
import { writeSafetensors } from './checkpoints/write-safetensors.js';
import { fixture, scratch } from './testing/folder.js';

const at = scratch();
const mount = () => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at('disk')]).status === 0;

// Mounting needs root; the tests are skipped for other users.
const mayMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;

(mayMount ? describe : describe.skip)(
  'a full disk is reported with the name of the file, and no partial file remains',
  () => {
    beforeAll(() => {
      mkdirSync(at('disk'), { recursive: true });
      expect(mount()).toBe(true);
    });
    afterAll(() => {
      spawnSync('umount', [at('disk')]);
    });

    const rows = 20_000;
    const values = Float32Array.from({ length: 20 * rows }, (_, i) => 1 + ((i * 7919) % 1_000_003));
    const block = {
      rowStart: 0,
      rows,
      cols: 100,
      indptr: Int32Array.from({ length: rows + 1 }, (_, row) => 20 * row),
      indices: Int32Array.from({ length: 20 * rows }, (_, i) => (i % 20) * 5),
      data: values,
    };
    const names = (count: number) => ({ index: Array.from({ length: count }, (_, i) => `n${i}`), columns: new Map() });

    test.each<[string, (path: string) => Promise<unknown>]>([
      ['cells.h5ad', (path) => writeH5ad(path, { obs: names(rows), var: names(100), blocks: [block] })],
      [
        'model.safetensors',
        (path) => writeSafetensors(path, new Map([['x', { shape: [values.length], data: values }]])),
      ],
      ['file.bin', (path) => writeFileAtomic(path, new Uint8Array(2 ** 21))],
    ])('%s', async (name, write) => {
      const writing = write(at(`disk/${name}`));
      await expect(writing).rejects.toThrow(FileAccessError);
      await expect(writing).rejects.toThrow(new RegExp(`disk/${name}: the disk is full; free space and run again$`));
      expect(readdirSync(at('disk'))).toEqual([]);
    });

    test('a copy that does not fit, and additions that do not fit beside their copy', async () => {
      await using adata = await AnnData.open(fixture('anndata/symbols.h5ad'));
      const cols = 50_000;
      const data = Float32Array.from({ length: 6 * cols }, (_, i) => i);
      adata.obsm.set('wide', { rows: 6, cols, data });
      const writing = adata.write(at('disk/copy.h5ad'));
      await expect(writing).rejects.toThrow(FileAccessError);
      await expect(writing).rejects.toThrow(/disk\/copy.h5ad: the disk is full; free space and run again$/);
      expect(readdirSync(at('disk'))).toEqual([]);
      adata.obsm.set('wide', { rows: 6, cols: 400_000, data: new Float32Array(6 * 400_000) }, { replace: true });
      await adata.write(at('large.h5ad'));
      await using large = await AnnData.open(at('large.h5ad'));
      await expect(large.write(at('disk/large.h5ad'))).rejects.toThrow(
        /disk\/large.h5ad: a copy of .*large.h5ad needs \d+ bytes, and the disk has \d+ free; free space and run again$/,
      );
      expect(readdirSync(at('disk'))).toEqual([]);
    });
  },
);
