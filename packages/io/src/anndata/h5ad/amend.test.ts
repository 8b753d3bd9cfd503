import { ArgumentError, FileAccessError, UnsupportedError } from '@geneformer-ts/core';
import { sha256File } from '@geneformer-ts/core/node';
import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixture, scratch } from '../../testing/folder.js';
import { type Tree, treeOf } from '../../testing/hdf5-tree.js';
import { AnnData } from '../anndata.js';
import { type Column, toCategorical } from '../data-frame.js';
import { HdfWriter } from '../hdf5/writer.js';

const at = scratch();
const FORMS = ['symbols', 'latest', 'tracked', 'single', 'grouped'];
const labels = toCategorical(['T cell', 'B cell', null, 'B cell', 'T cell', 'B cell']);
const coordinates = { rows: 6, cols: 2, data: Float32Array.from({ length: 12 }, (_, i) => i / 4) };
const replace = { replace: true };

/** Sets one value of each kind, and replaces one of each part of the file. */
function addTo(adata: AnnData): void {
  adata.obs.set('predicted', labels);
  adata.obs.set('score', Float32Array.of(0.5, 1, 0.25, 0, 1, NaN));
  adata.obs.set('sure', [true, false, true, true, false, false]);
  adata.obs.set('checked', [true, null, false, null, true, true]);
  adata.obs.set('label', ['a', 'b', 'c', 'd', 'e', 'ä'], replace);
  adata.var.set('expressed', Int32Array.of(1, 2, 3, 4));
  adata.obsm.set('X_geneformer', coordinates);
  adata.obsm.set('X_pca', coordinates, replace);
  adata.varm.set('PCs', { rows: 4, cols: 1, data: new Float64Array(4) }, { replace: true });
  adata.uns.set('geneformer', { model: 'V1-10M', layer: -1, cells: 6n, trained: true, genes: ['TTN'], loss: [1, 0.5] });
  if (adata.uns.has('list')) adata.uns.set('list', 'now a text', replace);
}
const ADDED = ['obs/predicted', 'obs/score', 'obs/sure', 'obs/checked', 'obs/label', 'var/expressed'].concat(
  ['obsm/X_geneformer', 'obsm/X_pca', 'varm/PCs', 'uns/geneformer', 'uns/list'],
  // Categories of the replaced column, and groups that the file of anndata 0.7 lacks.
  ['obs/__categories/label', 'uns', 'varm'],
);

/** Returns what should be equal in both files: everything but additions, and the lists of columns. */
function rest(tree: Tree, added: readonly string[]): Tree {
  const isAdded = (path: string): boolean => added.some((name) => `${path}/`.startsWith(`${name}/`));
  const kept = [...tree].filter(([path]) => !isAdded(path));
  return new Map(
    kept.map(([path, facts]) => {
      const { attributes, ...others } = facts as { attributes: Record<string, unknown> };
      const { 'column-order': _, ...stays } = attributes ?? {};
      return [path, { ...others, attributes: stays }];
    }),
  );
}

describe.each(FORMS)('a copy of %s.h5ad', (form) => {
  const input = fixture(`anndata/${form}.h5ad`);

  test('has everything as it was, and the additions', async () => {
    const before = await sha256File(input);
    await using adata = await AnnData.open(input);
    const columns = adata.obs.keys();
    addTo(adata);
    expect(await adata.write(at('copy.h5ad'))).toEqual({ path: at('copy.h5ad'), notes: [] });
    expect(await sha256File(input)).toBe(before);

    const added = form === 'grouped' ? ADDED : ADDED.slice(0, -3);
    const [old, fresh] = [rest(await treeOf(input), added), rest(await treeOf(at('copy.h5ad')), added)];
    expect([...fresh.keys()]).toEqual([...old.keys()]);
    for (const [path, facts] of old) expect([path, fresh.get(path)]).toEqual([path, facts]);

    await using copy = await AnnData.open(at('copy.h5ad'));
    expect(copy.obs.keys()).toEqual([...columns, 'predicted', 'score', 'sure', 'checked']);
    expect(copy.obs.get('predicted')).toEqual(labels);
    expect(copy.obs.get('label')).toEqual({ kind: 'string', values: ['a', 'b', 'c', 'd', 'e', 'ä'] });
    expect(copy.obs.get('score')).toEqual({ kind: 'number', values: Float64Array.of(0.5, 1, 0.25, 0, 1, NaN) });
    expect(copy.obs.get('checked')).toEqual({ kind: 'boolean', values: [true, null, false, null, true, true] });
    expect(copy.var.get('expressed')).toEqual({ kind: 'number', values: Float64Array.of(1, 2, 3, 4) });
    expect(await copy.obsm.get('X_geneformer')).toEqual(coordinates);
    expect(await copy.obsm.get('X_pca')).toEqual(coordinates);
    expect(await copy.varm.get('PCs')).toMatchObject({ rows: 4, cols: 1 });
    expect(await copy.uns.get('geneformer')).toEqual({
      model: 'V1-10M',
      layer: -1,
      cells: 6n,
      trained: true,
      genes: ['TTN'],
      loss: Float64Array.of(1, 0.5),
    });
    if (form !== 'grouped') expect(await copy.uns.get('list')).toBe('now a text');
  });

  test('is the same bytes each time, and the input itself without additions', async () => {
    for (const name of ['first.h5ad', 'second.h5ad']) {
      await using adata = await AnnData.open(input);
      addTo(adata);
      await adata.write(at(name));
    }
    expect(await sha256File(at('second.h5ad'))).toBe(await sha256File(at('first.h5ad')));
    await using adata = await AnnData.open(input);
    await adata.write(at('plain.h5ad'));
    expect(await sha256File(at('plain.h5ad'))).toBe(await sha256File(input));
  });

  test('in place, again and again', async () => {
    await copyFile(input, at('place.h5ad'));
    chmodSync(at('place.h5ad'), 0o640);
    await using adata = await AnnData.open(at('place.h5ad'));
    for (let round = 0; round < 4; round++) {
      adata.obs.set(
        'label',
        [0, 1, 2, 3, 4, 5].map((row) => `${round}-${row}`),
        replace,
      );
      adata.obsm.set('X_pca', { ...coordinates, data: new Float32Array(12).fill(round) }, replace);
      adata.uns.set('round', round, replace);
      expect((await adata.write()).path).toBe(at('place.h5ad'));
      await using other = await AnnData.open(at('place.h5ad'));
      expect(other.obs.get('label')).toMatchObject({ values: [0, 1, 2, 3, 4, 5].map((row) => `${round}-${row}`) });
      expect([await other.uns.get('round'), await adata.uns.get('round')]).toEqual([round, round]);
      expect((await adata.obsm.get('X_pca')) as object).toMatchObject({ data: new Float32Array(12).fill(round) });
    }
    expect(statSync(at('place.h5ad')).mode & 0o777).toBe(0o640);
  });
});

describe('values of each kind read back as they were set', () => {
  const columns: [string, Parameters<AnnData['obs']['set']>[1], Column][] = [
    ['texts', ['a', 'b', 'c', 'd', '', 'ß'], { kind: 'string', values: ['a', 'b', 'c', 'd', '', 'ß'] }],
    ['missing texts', ['b', null, 'a', 'b', 'a', null], toCategorical(['b', null, 'a', 'b', 'a', null])],
    ['numbers', [1, 2.5, -1, NaN, 1e300, 0], { kind: 'number', values: Float64Array.of(1, 2.5, -1, NaN, 1e300, 0) }],
    ...[Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array].map(
      (Type): (typeof columns)[number] => [
        Type.name,
        Type.of(1, 2, 3, 100, 0, 7),
        { kind: 'number', values: Float64Array.of(1, 2, 3, 100, 0, 7) },
      ],
    ),
    [
      'BigInt64Array',
      BigInt64Array.of(1n, -2n, 3n, 2n ** 40n, 0n, 7n),
      { kind: 'number', values: Float64Array.of(1, -2, 3, 2 ** 40, 0, 7) },
    ],
    [
      'no category',
      { kind: 'categorical', categories: [], codes: new Int32Array(6).fill(-1) },
      { kind: 'categorical', categories: [], codes: new Int32Array(6).fill(-1) },
    ],
  ];

  test('columns, in a copy and in a new file', async () => {
    await using adata = await AnnData.open(fixture('anndata/symbols.h5ad'));
    for (const [name, values] of columns) adata.obs.set(name, values);
    for (const [name, , column] of columns.slice(2)) expect([name, adata.obs.get(name)]).toEqual([name, column]);
    await adata.write(at('columns.h5ad'));
    await using copy = await AnnData.open(at('columns.h5ad'));
    for (const [name, , column] of columns) expect([name, copy.obs.get(name)]).toEqual([name, column]);
    const tree = await treeOf(at('columns.h5ad'));
    expect(tree.get('obs/Uint16Array')).toMatchObject({ metadata: { size: 2, signed: false, type: 0 } });
    expect(tree.get('obs/Float32Array')).toMatchObject({ metadata: { size: 4, type: 1 } });
  });

  test('a matrix of many panels', async () => {
    await using adata = await AnnData.open(fixture('anndata/symbols.h5ad'));
    const cols = 400_000;
    const wide = { rows: 6, cols, data: Float32Array.from({ length: 6 * cols }, (_, i) => i % 1013) };
    adata.obsm.set('wide', wide);
    await adata.write(at('wide.h5ad'));
    await using copy = await AnnData.open(at('wide.h5ad'));
    const read = (await copy.obsm.get('wide')) as typeof wide;
    expect([read.rows, read.cols, Buffer.from(read.data.buffer).equals(Buffer.from(wide.data.buffer))]).toEqual([
      6,
      cols,
      true,
    ]);
  });

  test('sparse matrices and tables', async () => {
    await using adata = await AnnData.open(fixture('anndata/symbols.h5ad'));
    const sparse = {
      rows: 6,
      cols: 3,
      indptr: Int32Array.of(0, 1, 1, 2, 2, 2, 3),
      indices: Int32Array.of(2, 0, 1),
      data: Float32Array.of(1, 2, 3),
    };
    const table = {
      index: adata.obs.index,
      columns: new Map<string, Column>([['x', { kind: 'number', values: new Float64Array(6) }]]),
    };
    adata.obsm.set('sparse', sparse);
    adata.obsm.set('frame', table);
    adata.uns.set('parts', { sparse, table, column: labels, numbers: Uint8Array.of(1, 2), no: false, none: [] });
    await adata.write(at('parts.h5ad'));
    await using copy = await AnnData.open(at('parts.h5ad'));
    expect(await copy.obsm.get('sparse')).toEqual(sparse);
    expect(await copy.obsm.get('frame')).toEqual(table);
    expect(await copy.uns.get('parts')).toEqual({
      sparse,
      table,
      column: labels,
      numbers: Uint8Array.of(1, 2),
      no: false,
      none: new Float64Array(0),
    });
    expect(await copy.uns.get('parts/column')).toEqual(labels);
  });
});

describe('values that are refused when they are set', () => {
  const field = (values: unknown) => values as never;
  test.each<[string, (adata: AnnData) => void, RegExp]>([
    [
      'too few values',
      ({ obs }) => obs.set('x', [1, 2]),
      /^obs\['x'\]: has 2 values but obs has 6 rows; give one value per row$/,
    ],
    [
      'an existing column',
      ({ obs }) => obs.set('label', new Float32Array(6)),
      /^obs\['label'\]: exists in .*symbols.h5ad; set the option replace to true, or use another name$/,
    ],
    [
      'a column with a slash',
      ({ obs }) => obs.set('a/b', new Float32Array(6)),
      /^obs column 'a\/b': is not a valid name in HDF5; rename it, without '\/'/,
    ],
    ['a reserved name', ({ obs }) => obs.set('__categories', new Float32Array(6)), /is not a valid name in HDF5/],
    [
      'mixed values',
      ({ obs }) => obs.set('x', field([1, 'a', 2, 3, 4, 5])),
      /^obs\['x'\]\[1\]: "a" is not valid; use a number; NaN is missing$/,
    ],
    [
      'no list',
      ({ obs }) => obs.set('x', field(5)),
      /^obs\['x'\]: 5 is not valid; use a list of texts, numbers or booleans, or a column$/,
    ],
    [
      'too few rows',
      ({ obsm }) => obsm.set('x', { rows: 2, cols: 1, data: new Float32Array(2) }),
      /^obsm\['x'\]: has 2 rows but there are 6 cells; give one row per cell$/,
    ],
    [
      'too few numbers',
      ({ obsm }) => obsm.set('x', { rows: 6, cols: 2, data: new Float32Array(6) }),
      /^obsm\['x'\]: data: has 6 values but 6 rows × 2 cols; give rows × cols values, row by row$/,
    ],
    [
      'a list',
      ({ obsm }) => obsm.set('x', field(new Float32Array(6))),
      /^obsm\['x'\]: "Float32Array" is not valid; use { rows, cols, data }/,
    ],
    [
      'an existing matrix',
      ({ obsm }) => obsm.set('X_pca', coordinates),
      /^obsm\['X_pca'\]: exists in .*; set the option replace/,
    ],
    [
      'genes',
      ({ varm }) => varm.set('x', coordinates),
      /^varm\['x'\]: has 6 rows but there are 4 genes; give one row per gene$/,
    ],
    [
      'a matrix with a slash',
      ({ obsm }) => obsm.set('a/b', coordinates),
      /^obsm\['a\/b'\]: is not a valid name in HDF5/,
    ],
    [
      'a function',
      ({ uns }) =>
        uns.set(
          'x',
          field(() => 1),
        ),
      /^uns\['x'\]: "a function" is not valid; use a string, number/,
    ],
    ['null', ({ uns }) => uns.set('x', { y: field(null) }), /^uns\['x'\]\['y'\]: null is not valid/],
    [
      'a nested name with a slash',
      ({ uns }) => uns.set('x', { 'a/b': 1 }),
      /^uns\['x'\]\['a\/b'\]: is not a valid name/,
    ],
    ['a mixed list', ({ uns }) => uns.set('x', field(['a', 1])), /^uns\['x'\]\[1\]: 1 is not valid; use a string$/],
    [
      'a large integer',
      ({ uns }) => uns.set('x', 2n ** 64n),
      /^uns\['x'\]: "18446744073709551616n" is not valid; use an integer of 64 bits$/,
    ],
    ['an existing value', ({ uns }) => uns.set('colors', 1), /^uns\['colors'\]: exists in/],
  ])('%s', async (_, set, message) => {
    await using adata = await AnnData.open(fixture('anndata/symbols.h5ad'));
    expect(() => set(adata)).toThrow(ArgumentError);
    expect(() => set(adata)).toThrow(message);
  });

  test('a column that was not read exists nevertheless', async () => {
    await using adata = await AnnData.open(fixture('anndata/symbols.h5ad'), { obsColumns: [] });
    expect(() => adata.obs.set('label', labels)).toThrow(/obs\['label'\]: exists in/);
  });

  test('an object that contains itself', async () => {
    await using adata = await AnnData.open(fixture('anndata/symbols.h5ad'));
    const circle: Record<string, never> = {};
    circle['again'] = circle as never;
    expect(() => adata.uns.set('x', circle)).toThrow(/is nested more than 32 times; use fewer levels/);
  });

  test('genes of raw, and genes of which some are set apart', async () => {
    await using raw = await AnnData.open(fixture('anndata/symbols.h5ad'), { layer: 'raw' });
    expect(() => raw.var.set('x', [])).toThrow(
      "var['x']: cannot be set for the genes of raw; open the file without the option 'layer'",
    );
    await using multi = await AnnData.open(fixture('features/multi.h5ad'));
    expect(() => multi.var.set('x', [])).toThrow(
      /var\['x'\]: cannot be set, because some features of the file are set apart/,
    );
  });
});

describe('outputs that are refused leave everything as it was', () => {
  let adata: AnnData;
  let folder: string;
  let round = 0;
  beforeEach(async () => {
    folder = at(`refused-${round++}`);
    mkdirSync(folder);
    await copyFile(fixture('anndata/symbols.h5ad'), join(folder, 'in.h5ad'));
    adata = await AnnData.open(join(folder, 'in.h5ad'));
    adata.obs.set('predicted', labels);
  });

  const refuse = async (
    path: string | undefined,
    message: RegExp,
    type: new (...args: never[]) => Error,
  ): Promise<void> => {
    const files = readdirSync(folder);
    const writing = adata.write(path);
    await expect(writing).rejects.toThrow(message);
    await expect(writing).rejects.toBeInstanceOf(type);
    expect(readdirSync(folder)).toEqual(files);
    await adata.close();
  };

  test('the input itself, also by a link', async () => {
    symlinkSync(join(folder, 'in.h5ad'), join(folder, 'link.h5ad'));
    await expect(adata.write(join(folder, 'in.h5ad'))).rejects.toThrow(
      /^path '.*in.h5ad': is the file that is read; call write\(\) without a path to replace it, or name another file$/,
    );
    await refuse(join(folder, 'link.h5ad'), /is the file that is read/, ArgumentError);
  });

  test('a file that is not HDF5', async () => {
    writeFileSync(join(folder, 'cells.csv'), 'a,b\n');
    await refuse(
      join(folder, 'cells.csv'),
      /cells.csv': exists and is not an HDF5 file; name another file, or remove it first/,
      ArgumentError,
    );
    expect(await readFile(join(folder, 'cells.csv'), 'utf8')).toBe('a,b\n');
  });

  test('a folder', async () => {
    mkdirSync(join(folder, 'out.h5ad'));
    await refuse(join(folder, 'out.h5ad'), /out.h5ad: is a folder; name a file/, FileAccessError);
  });

  test('a place where no file can be made', async () => {
    await refuse(
      join(folder, 'in.h5ad/out.h5ad'),
      /out.h5ad: a part of the path is a file, not a folder/,
      FileAccessError,
    );
  });

  test('a path of another kind', async () => {
    await refuse(5 as never, /^path: 5 is not valid; use the path of a file$/, ArgumentError);
  });

  test('an unknown option', async () => {
    await expect(adata.write(join(folder, 'out.h5ad'), { compress: 1 } as object)).rejects.toThrow(
      'compress: is not an option of write; use compression',
    );
    await adata.close();
  });

  test('an input that another program has written', async () => {
    utimesSync(join(folder, 'in.h5ad'), 1, 1);
    await refuse(join(folder, 'out.h5ad'), /in.h5ad: changed .*check that no other program writes it/, FileAccessError);
  });

  test('an input that another file has replaced, in place', async () => {
    await copyFile(fixture('anndata/single.h5ad'), join(folder, 'other.h5ad'));
    renameSync(join(folder, 'other.h5ad'), join(folder, 'in.h5ad'));
    const replaced = await sha256File(join(folder, 'in.h5ad'));
    await refuse(undefined, /in.h5ad: changed or was replaced after it was opened/, FileAccessError);
    expect(await sha256File(join(folder, 'in.h5ad'))).toBe(replaced);
  });

  test('a signal that stops it', async () => {
    const stopped = adata.write(join(folder, 'out.h5ad'), { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toThrow(/aborted/);
    const controller = new AbortController();
    const during = adata.write(undefined, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(during).rejects.toThrow(/aborted/);
    expect(readdirSync(folder)).toEqual(['in.h5ad']);
    expect(await sha256File(join(folder, 'in.h5ad'))).toBe(await sha256File(fixture('anndata/symbols.h5ad')));
    await adata.close();
  });

  test('the index of the table', async () => {
    for (const options of [{}, replace]) {
      expect(() => adata.obs.set('barcode', labels, options)).toThrow(
        /^obs\['barcode'\]: is the name of the index in .*in.h5ad; use another name$/,
      );
    }
    await adata.close();
  });
});

describe('a part that is in another file', () => {
  test('cannot be added to, and the other file is not opened', async () => {
    for (const name of ['outside.h5ad', 'outside.h5']) await copyFile(fixture(`anndata/${name}`), at(name));
    const other = await sha256File(at('outside.h5'));
    const adata = await AnnData.open(at('outside.h5ad'));
    expect(() => adata.obsm.set('X_new', coordinates)).toThrow(UnsupportedError);
    expect(() => adata.obsm.keys()).toThrow(/outside.h5ad: obsm: a link to another file \('.*outside.h5'\) is not/);
    await adata.close();

    const writer = await HdfWriter.amend(at('outside.h5ad'), 0);
    expect(() => writer.text('obsm/X_new', 'text')).toThrow(/opens another file/);
    writer.close();
    expect(await sha256File(at('outside.h5'))).toBe(other);
  });

  test('stays a link in a copy with other additions', async () => {
    await using adata = await AnnData.open(fixture('anndata/outside.h5ad'));
    adata.uns.set('note', 'added');
    await adata.write(at('linked.h5ad'));
    const link = await treeOf(at('linked.h5ad'));
    expect(link.get('obsm')).toEqual((await treeOf(fixture('anndata/outside.h5ad'))).get('obsm'));
  });
});
