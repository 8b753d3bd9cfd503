import { ArgumentError, FileAccessError } from '@geneformer-ts/core';
import { sha256File } from '@geneformer-ts/core/node';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { blocksOf, denseRows } from '../../testing/dense.js';
import { fixture, scratch } from '../../testing/folder.js';
import type { CsrBlock } from '../csr.js';
import type { Column, DataFrame } from '../data-frame.js';
import { openAnnData } from '../open.js';
import { writeH5ad } from './write.js';

const at = scratch();

interface Sample {
  obs: Record<string, unknown> & { index: string[] };
  var: Record<string, unknown> & { index: string[] };
  rows: number[][];
  uns: Record<string, string | number>;
}

function frame({ index, ...columns }: Sample['obs']): DataFrame {
  const column = (stored: { kind: string; values: number[]; codes: number[] }): Column => {
    if (stored.kind === 'number') return { kind: 'number', values: Float64Array.from(stored.values) };
    if (stored.kind === 'categorical') {
      return { ...(stored as unknown as Column & { kind: 'categorical' }), codes: Int32Array.from(stored.codes) };
    }
    return stored as unknown as Column;
  };
  return {
    index,
    columns: new Map(Object.entries(columns).map(([name, stored]) => [name, column(stored as never)])),
  };
}

const sample = JSON.parse(readFileSync(fixture('sample.json'), 'utf8')) as Sample;

function names(count: number, prefix: string): DataFrame {
  return { index: Array.from({ length: count }, (_, i) => prefix + i), columns: new Map() };
}

describe('writeH5ad', () => {
  test('writes the same bytes that anndata 0.8 has read back equal', async () => {
    await writeH5ad(at('written.h5ad'), {
      obs: frame(sample.obs),
      var: frame(sample.var),
      blocks: blocksOf(sample.rows, 3),
      uns: sample.uns,
    });
    expect(await readFile(at('written.h5ad'))).toEqual(await readFile(fixture('written.h5ad')));

    const read = (JSON.parse(await readFile(fixture('h5ad.json'), 'utf8')) as Record<string, ReadBack>)['written.h5ad'];
    expect(read.layers['X']).toEqual(sample.rows);
    expect(read.uns).toEqual(sample.uns);
    expect(read.obs.index).toEqual(sample.obs.index);
    expect(Object.entries(read.obs.columns).map(([name, { kind }]) => [name, kind])).toEqual([
      ['label', 'categorical'],
      ['n_counts', 'float64'],
      ['kept', 'bool'],
      ['doublet', 'boolean'],
      ['donor', 'object'],
      ['note', 'categorical'],
    ]);
    expect(read.obs.columns['label'].values).toEqual(['cTEC', null, 'Käfig', 'cTEC']);
    for (const name of ['n_counts', 'kept', 'doublet', 'donor', 'note']) {
      expect(read.obs.columns[name].values).toEqual((sample.obs[name] as { values: unknown[] }).values);
    }
  });

  interface ReadBack {
    layers: Record<string, number[][]>;
    uns: Record<string, unknown>;
    obs: { index: string[]; columns: Record<string, { kind: string; values: unknown[] }> };
  }

  test('writes any matrix at any level so that it reads back equal', async () => {
    const matrices = fc
      .record({ rows: fc.integer({ min: 0, max: 9 }), cols: fc.integer({ min: 1, max: 7 }) })
      .chain(({ rows, cols }) =>
        fc.record({
          cols: fc.constant(cols),
          rows: fc.array(fc.array(fc.constantFrom(0, 0, 1, 2.5, 1e9), { minLength: cols, maxLength: cols }), {
            minLength: rows,
            maxLength: rows,
          }),
        }),
      );
    await fc.assert(
      fc.asyncProperty(matrices, fc.constantFrom(0, 1, 9), async ({ rows, cols }, compression) => {
        const contents = {
          obs: names(rows.length, 'c'),
          var: names(cols, 'g'),
          blocks: blocksOf(rows, cols),
          compression,
        };
        await writeH5ad(at('any.h5ad'), contents);
        const source = await openAnnData(at('any.h5ad'));
        expect(await denseRows(source.blocks({ rows: 4 }))).toEqual(rows);
        expect([source.obs.index, source.var.index]).toEqual([contents.obs.index, contents.var.index]);
        await source.close();
      }),
      { numRuns: 40 },
    );
  });

  test('writes a matrix of many chunks from blocks of another size, in double precision', async () => {
    const [rows, cols, perRow] = [300, 4000, 2000];
    function* blocks(): Generator<CsrBlock> {
      for (let rowStart = 0; rowStart < rows; rowStart += 75) {
        const count = 75 * perRow;
        yield {
          rowStart,
          rows: 75,
          cols,
          indptr: Int32Array.from({ length: 76 }, (_, r) => r * perRow),
          indices: Int32Array.from({ length: count }, (_, k) => 2 * (k % perRow)),
          data: Float64Array.from({ length: count }, (_, k) => rowStart + k / 3),
        };
      }
    }
    await writeH5ad(at('large.h5ad'), { obs: names(rows, 'c'), var: names(cols, 'g'), blocks: blocks() });
    const source = await openAnnData(at('large.h5ad'));
    expect(await denseRows(source.blocks({ rows: 37 }))).toEqual(await denseRows(blocks()));
    await source.close();
  });

  test('writes the same bytes for the same contents at any time', async () => {
    const contents = () => ({ obs: frame(sample.obs), var: frame(sample.var), blocks: blocksOf(sample.rows, 3) });
    await writeH5ad(at('first.h5ad'), contents());
    await writeH5ad(at('other.h5ad'), { obs: names(2, 'x'), var: names(1, 'y'), blocks: blocksOf([[1], [0]], 1) });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await writeH5ad(at('second.h5ad'), contents());
    expect(await sha256File(at('second.h5ad'))).toBe(await sha256File(at('first.h5ad')));
  });

  test('keeps the earlier file and leaves no other file when the stream of blocks fails', async () => {
    const contents = { obs: names(2, 'c'), var: names(1, 'g') };
    await writeH5ad(at('kept/cells.h5ad'), { ...contents, blocks: blocksOf([[1], [2]], 1) });
    const before = await sha256File(at('kept/cells.h5ad'));
    async function* failing(): AsyncGenerator<CsrBlock> {
      yield* blocksOf([[1]], 1);
      throw new RangeError('no more');
    }
    await expect(writeH5ad(at('kept/cells.h5ad'), { ...contents, blocks: failing() })).rejects.toThrow(RangeError);
    expect(await readdir(at('kept'))).toEqual(['cells.h5ad']);
    expect(await sha256File(at('kept/cells.h5ad'))).toBe(before);
  });
});

describe('rejected contents', () => {
  const good = { obs: names(2, 'c'), var: names(1, 'g') };
  const [first, second] = [...blocksOf([[1], [2]], 1)] as [CsrBlock, CsrBlock];
  const label: Column = { kind: 'string', values: ['a', 'b'] };
  const cases: [string, Parameters<typeof writeH5ad>[1], RegExp][] = [
    ['too few rows', { ...good, blocks: [first] }, /end at row 1 but obs has 2/],
    ['too many rows', { ...good, obs: names(1, 'c'), blocks: [first, second] }, /reach row 2 but obs has 1/],
    ['a gap', { ...good, blocks: [second] }, /begins at row 1 instead of 0/],
    ['other columns', { ...good, var: names(2, 'g'), blocks: [first] }, /has 1 columns but var has 2/],
    [
      'arrays of different lengths',
      { ...good, blocks: [{ ...first, data: new Float32Array(2) }] },
      /data of the block at row 0: has 2 values, not 1; give one value per column/,
    ],
    [
      'changing precision',
      { ...good, blocks: [first, { ...second, data: Float64Array.of(2) }] },
      /change their value type at row 1/,
    ],
    [
      'a slash in a name',
      { ...good, obs: { ...good.obs, columns: new Map([['a/b', label]]) }, blocks: [first, second] },
      /obs column 'a\/b': is not a valid name in HDF5/,
    ],
    ['an invalid gzip level', { ...good, blocks: [first, second], compression: 10 }, /10 is not a gzip level/],
  ];

  test.each(cases)('%s', async (_, contents, message) => {
    await expect(writeH5ad(at('bad/cells.h5ad'), contents)).rejects.toThrow(ArgumentError);
    await expect(writeH5ad(at('bad/cells.h5ad'), contents)).rejects.toThrow(message);
    expect(await readdir(at('bad')).catch(() => [])).toEqual([]);
  });

  test('rejects a named pipe and keeps it', async () => {
    spawnSync('mkfifo', [at('pipe.h5ad')]);
    const writing = writeH5ad(at('pipe.h5ad'), { ...good, blocks: [first, second] });
    await expect(writing).rejects.toThrow(/pipe.h5ad: is a named pipe; name a regular file/);
    expect((await lstat(at('pipe.h5ad'))).isFIFO()).toBe(true);
  });

  test('rejects a path inside a file', async () => {
    await writeH5ad(at('file'), { ...good, blocks: [first, second] });
    await expect(writeH5ad(at('file/cells.h5ad'), { ...good, blocks: [first, second] })).rejects.toThrow(
      FileAccessError,
    );
  });
});

test('may overwrite the file that is read, which is replaced after it was read completely', async () => {
  const [obs, genes] = [names(3, 'cell'), names(2, 'gene')];
  const rows = [
    [1, 0],
    [0, 2],
    [3, 4],
  ];
  await writeH5ad(at('itself.h5ad'), { obs, var: genes, blocks: blocksOf(rows, 2) });
  const source = await openAnnData(at('itself.h5ad'));
  await writeH5ad(at('itself.h5ad'), { obs: source.obs, var: source.var, blocks: source.blocks({ rows: 1 }) });
  await source.close();
  const again = await openAnnData(at('itself.h5ad'));
  expect(await denseRows(again.blocks())).toEqual(rows);
  await again.close();
});
