import {
  FieldMissingError,
  FileAccessError,
  FileMissingError,
  FormatError,
  UnsupportedError,
} from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { denseRows } from '../../testing/dense.js';
import { fixture, scratch } from '../../testing/folder.js';
import { type Column, columnAsStrings, type DataFrame } from '../data-frame.js';
import { openAnnData } from '../open.js';

interface GoldenTable {
  index: string[];
  columns: Record<string, { kind: string; values: (string | number | boolean | null)[] }>;
}
interface Golden {
  obs: GoldenTable;
  var: GoldenTable;
  rawVar?: GoldenTable;
  layers: Record<string, number[][]>;
}

// Values that anndata 0.8 reads from the fixtures (tools/parity/io-h5ad.py).
const golden = JSON.parse(readFileSync(fixture('h5ad.json'), 'utf8')) as Record<string, Golden>;
const at = scratch();

function values(column: Column): (string | number | boolean | null)[] {
  if (column.kind === 'categorical') return columnAsStrings(column);
  const plain: (string | number | boolean | null)[] = [...column.values];
  return plain.map((value) => (Number.isNaN(value) ? null : value));
}

function expectTable(frame: DataFrame, table: GoldenTable): void {
  expect(frame.index).toEqual(table.index);
  expect([...frame.columns.keys()]).toEqual(Object.keys(table.columns));
  for (const [name, expected] of Object.entries(table.columns)) {
    expect({ name, values: values(frame.columns.get(name)!) }).toEqual({ name, values: expected.values });
    expect(frame.columns.get(name)!.kind === 'categorical').toBe(expected.kind === 'categorical');
  }
}

describe.each(Object.keys(golden))('%s', (name) => {
  const expected = golden[name];

  test.each(Object.keys(expected.layers))('has matrix %s in blocks of any size', async (layer) => {
    const source = await openAnnData(fixture(name), { layer });
    try {
      for (const rows of [1, 2, 3, 7, 512]) {
        expect(await denseRows(source.blocks({ rows }))).toEqual(expected.layers[layer]);
      }
      expectTable(source.var, (layer === 'raw' && expected.rawVar) || expected.var);
    } finally {
      await source.close();
    }
  });

  test('has the table of cells', async () => {
    const source = await openAnnData(fixture(name));
    expect([source.nObs, source.nVars]).toEqual([expected.obs.index.length, expected.var.index.length]);
    expectTable(source.obs, expected.obs);
    await source.close();
  });
});

test('reads the same values from a file with lzf and a file with gzip', async () => {
  const [packed, plain] = [await openAnnData(fixture('lzf.h5ad')), await openAnnData(fixture('current.h5ad'))];
  expect(await denseRows(packed.blocks())).toEqual(await denseRows(plain.blocks()));
  expectTable(packed.obs, golden['current.h5ad'].obs);
  for (const layer of ['raw', 'columns', 'dense']) {
    const source = await openAnnData(fixture('lzf.h5ad'), { layer });
    expect(await denseRows(source.blocks())).toEqual(golden['current.h5ad'].layers[layer]);
    await source.close();
  }
  await packed.close();
  await plain.close();
});

describe('options', () => {
  test('obsColumns selects columns', async () => {
    const source = await openAnnData(fixture('current.h5ad'), { obsColumns: ['note'], varColumns: [] });
    expect([...source.obs.columns.keys()]).toEqual(['note']);
    expect(source.var.columns.size).toBe(0);
    await source.close();
  });

  test('names a missing column and lists the existing ones', async () => {
    await expect(openAnnData(fixture('current.h5ad'), { obsColumns: ['donor'] })).rejects.toThrow(
      /no obs column 'donor'; the file has cell_type, count/,
    );
    await expect(openAnnData(fixture('records.h5ad'), { obsColumns: ['donor'] })).rejects.toThrow(FieldMissingError);
  });

  test('reads a CSC matrix larger than the budget in several windows with the same result', async () => {
    const source = await openAnnData(fixture('current.h5ad'), { layer: 'columns', budget: 3 });
    expect(await denseRows(source.blocks({ rows: 1 }))).toEqual(golden['current.h5ad'].layers['columns']);
    await source.close();
  });

  test('converts 64-bit integers to doubles and keeps single precision', async () => {
    const kinds: Record<string, unknown> = {};
    for (const layer of ['X', 'whole']) {
      const source = await openAnnData(fixture('current.h5ad'), { layer });
      for await (const block of source.blocks()) kinds[layer] = block.data.constructor;
      await source.close();
    }
    expect(kinds).toEqual({ X: Float32Array, whole: Float64Array });
  });
});

describe('rejected files', () => {
  const failures: [string, string, (path: string) => Promise<unknown>, new (...args: never[]) => Error, RegExp][] = [
    ['absent', 'none.h5ad', async () => undefined, FileMissingError, /none.h5ad: no such file or folder/],
    ['not HDF5', 'text.h5ad', (path) => writeFile(path, 'hello'), FormatError, /cannot be opened as HDF5/],
    ['empty', 'empty.h5ad', (path) => writeFile(path, ''), FormatError, /file: is empty; download or write it again/],
    [
      'incomplete',
      'short.h5ad',
      async (path) => writeFile(path, (await readFile(fixture('current.h5ad'))).subarray(0, 60_000)),
      FormatError,
      /a complete HDF5 file/,
    ],
  ];

  test.each(failures)('%s', async (_, name, make, kind, message) => {
    await make(at(name));
    await expect(openAnnData(at(name))).rejects.toThrow(kind);
    await expect(openAnnData(at(name))).rejects.toThrow(message);
  });

  test('lists the existing layers for a null X', async () => {
    await expect(openAnnData(fixture('null.h5ad'))).rejects.toThrow(
      /X: is null; set the option 'layer' to one of: counts$/,
    );
  });

  test('names a missing layer and lists the existing ones', async () => {
    await expect(openAnnData(fixture('current.h5ad'), { layer: 'spliced' })).rejects.toThrow(
      /no matrix 'spliced'; the file has X, raw, columns, dense, whole/,
    );
  });

  test('names an unknown compression with a remedy', async () => {
    const bytes = await readFile(fixture('lzf.h5ad'));
    // The name of the filter in each description; its number is eight bytes before.
    const name = Buffer.from('lzf\0\0\0\0\0', 'latin1');
    for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) bytes.writeUInt16LE(32_099, at - 8);
    await writeFile(at('foreign.h5ad'), bytes);
    await expect(openAnnData(at('foreign.h5ad'))).rejects.toThrow(UnsupportedError);
    await expect(openAnnData(at('foreign.h5ad'))).rejects.toThrow(
      /compression 'lzf' is not supported; rewrite the file with gzip/,
    );
  });

  test('rejects reading after close', async () => {
    const source = await openAnnData(fixture('current.h5ad'));
    await source.close();
    await source.close();
    await expect(denseRows(source.blocks())).rejects.toThrow(FileAccessError);
  });

  test('prints nothing on failure', async () => {
    const printed: unknown[] = [];
    const { write } = process.stderr;
    process.stderr.write = (chunk: unknown) => printed.push(chunk) > 0;
    try {
      await expect(openAnnData(at('text.h5ad'))).rejects.toThrow(FormatError);
    } finally {
      process.stderr.write = write;
    }
    expect(printed).toEqual([]);
  });
});
