import { ArgumentError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { scratch } from '../../testing/folder.js';
import type { Column, DataFrame } from '../data-frame.js';
import { type H5adContents, writeH5ad } from '../h5ad/write.js';

const at = scratch();
mkdirSync(at('out'));

const block = {
  rowStart: 0,
  rows: 2,
  cols: 3,
  indptr: Int32Array.of(0, 1, 3),
  indices: Int32Array.of(1, 0, 2),
  data: Float32Array.of(5, 6, 7),
};
const table = (...index: unknown[]): DataFrame => ({ index: index as string[], columns: new Map() });
const good: H5adContents = { obs: table('c1', 'c2'), var: table('g1', 'g2', 'g3'), blocks: [block] };
const blocks = (change: object): Partial<H5adContents> => ({ blocks: [{ ...block, ...change }] });
const column = (name: unknown, values: unknown): Partial<H5adContents> => ({
  obs: { index: ['c1', 'c2'], columns: new Map([[name as string, values as Column]]) },
});
const numbers = { kind: 'number', values: Float64Array.of(1, 2) };
const categories = (names: unknown[], ...codes: number[]): object => ({
  kind: 'categorical',
  categories: names,
  codes: Int32Array.from(codes),
});

const cases: [string, Partial<H5adContents>, RegExp][] = [
  [
    'offsets that do not begin at 0',
    blocks({ indptr: Int32Array.of(1, 2, 3) }),
    /indptr\[0\] .*: 1 is not valid; use 0/,
  ],
  [
    'offsets that decrease',
    blocks({ indptr: Int32Array.of(0, 5, 3) }),
    /indptr\[2\] .*: 3 is not valid; use at least 5/,
  ],
  ['too few offsets', blocks({ indptr: Int32Array.of(0, 3) }), /indptr of the block at row 0: has 2 values, not 3/],
  [
    'a column after the last',
    blocks({ indices: Int32Array.of(1, 0, 99) }),
    /indices\[2\] .*: 99 .*; use a column from 0 to 2/,
  ],
  ['a negative column', blocks({ indices: Int32Array.of(1, 0, -1) }), /indices\[2\] .*: -1 is not valid/],
  [
    'columns of another type',
    blocks({ indices: Float64Array.of(1, 0, 2) }),
    /indices .*: "Float64Array" .*; use an Int32Array/,
  ],
  [
    'values in a plain array',
    blocks({ data: [5, 6, 7] }),
    /data .*: "Array" is not valid; use a Float32Array or Float64Array/,
  ],
  ['integer values', blocks({ data: Int32Array.of(5, 6, 7) }), /data .*: "Int32Array" is not valid/],
  ['a number of rows that is not a number', blocks({ rows: NaN }), /the block at row 0 has NaN rows/],
  [
    'a null character in a cell',
    { obs: table('c\0x', 'c2') },
    /obs.index\[0\]: 'c\\u0000x' holds a null character; remove it/,
  ],
  [
    'an unpaired surrogate in a gene',
    { var: table('a\ud800', 'b', 'c') },
    /var.index\[0\]: .* holds an unpaired surrogate/,
  ],
  ['numbers as names', { obs: table(1, 2) }, /obs.index\[0\]: 1 is not valid; use a string/],
  ['no table', { obs: undefined as unknown as DataFrame }, /obs: is not a table; use \{ index/],
  [
    'columns in an object',
    { obs: { index: ['c1', 'c2'], columns: {} } as unknown as DataFrame },
    /obs: is not a table/,
  ],
  ['a null character in a column name', column('a\0b', numbers), /obs column 'a\\u0000b': is not a valid name in HDF5/],
  ['the name of the current group', column('.', numbers), /obs column '\.': is not a valid name in HDF5/],
  [
    'an unknown kind',
    column('x', { ...numbers, kind: 'numbers' }),
    /obs column 'x': kind: "numbers" is not valid; use 'string'/,
  ],
  [
    'numbers in a plain array',
    column('x', { kind: 'number', values: [1, 2] }),
    /obs column 'x': values: "Array" .*; use a Float64Array/,
  ],
  [
    'numbers as texts',
    column('x', { kind: 'string', values: ['a', 2] }),
    /obs column 'x'\[1\]: 2 is not valid; use a string or null/,
  ],
  [
    'texts as booleans',
    column('x', { kind: 'boolean', values: [true, 'no'] }),
    /obs column 'x'\[1\]: "no" is not valid; use true, false or null/,
  ],
  [
    'a code without a category',
    column('x', categories(['a'], 0, 9)),
    /codes\[1\]: 9 is not valid; use a code from -1 \(missing\) to 0/,
  ],
  ['a negative code', column('x', categories(['a'], -5, 0)), /codes\[0\]: -5 is not valid/],
  ['a category that occurs twice', column('x', categories(['a', 'a'], 0, 1)), /categories: contain 'a' twice/],
  [
    'a category that is not a text',
    column('x', categories([7], 0, 0)),
    /categories\[0\]: 7 is not valid; use a string/,
  ],
  ['a path as the name of a scalar', { uns: { '../X/data': 2 } }, /uns\['..\/X\/data'\]: is not a valid name in HDF5/],
  [
    'a scalar of more than 64 bits',
    { uns: { a: 2n ** 63n } },
    /uns\['a'\]: "9223372036854775808n" is not valid; use an integer of 64 bits/,
  ],
  ['a null character in a scalar', { uns: { a: 'b\0c' } }, /uns\['a'\]\[0\]: .* holds a null character/],
  [
    'an embedding of other cells',
    { obsm: { X_pca: { rows: 1, cols: 1, data: new Float32Array(1) } } },
    /obsm\['X_pca'\]: has 1 rows but there are 2 cells; give one row per cell/,
  ],
];

describe('writeH5ad refuses what it would write as something else, or what cannot be read', () => {
  test.each(cases)('%s', async (_, change, message) => {
    const writing = writeH5ad(at('out/cells.h5ad'), { ...good, ...change });
    await expect(writing).rejects.toThrow(ArgumentError);
    await expect(writing).rejects.toThrow(message);
    expect(await readdir(at('out'))).toEqual([]);
  });

  test('a path that is not a string', async () => {
    await expect(writeH5ad(5 as unknown as string, good)).rejects.toThrow(
      'path: 5 is not valid; use the path of a file',
    );
  });
});
