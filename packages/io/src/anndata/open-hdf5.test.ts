import { ArgumentError, FieldMissingError, UnsupportedError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { denseRows } from '../testing/dense.js';
import { fixture, scratch } from '../testing/folder.js';
import type { DataFrame } from './data-frame.js';
import { openAnnData } from './open.js';
import type { OpenOptions } from './count-matrix.js';

type GoldenTable = Record<string, (string | number)[]>;
interface Golden {
  layers: Record<string, number[][]>;
  obs: GoldenTable;
  var: GoldenTable;
}

// Contents of the loom and 10x fixtures (tools/parity/io-hdf5.py).
const golden = JSON.parse(readFileSync(fixture('hdf5.json'), 'utf8')) as Record<string, Golden>;
const at = scratch();

function plain(frame: DataFrame): GoldenTable {
  const columns = [...frame.columns].map(([name, column]) => [name, 'values' in column ? [...column.values] : column]);
  return { index: frame.index, ...(Object.fromEntries(columns) as GoldenTable) };
}

describe.each(Object.entries(golden))('%s', (name, expected) => {
  const [file, genome] = name.split('#') as [string, string | undefined];
  // The expected values cover every feature as stored.
  const options: OpenOptions = { featureTypes: 'all', ...(genome === undefined ? {} : { genome }) };

  test('has the expected matrices in blocks and ranges of any size', async () => {
    for (const [layer, rows] of Object.entries(expected.layers)) {
      const source = await openAnnData(fixture(file), { ...options, layer });
      expect([source.nObs, source.nVars]).toEqual([rows.length, rows[0].length]);
      for (const size of [1, 2, 5, 512]) expect(await denseRows(source.blocks({ rows: size }))).toEqual(rows);
      const middle = source.blocks({ rows: 2, from: 4, to: 9 });
      const shifted = (async function* () {
        for await (const block of middle) yield { ...block, rowStart: block.rowStart - 4 };
      })();
      expect(await denseRows(shifted)).toEqual(rows.slice(4, 9));
      await source.close();
    }
  });

  test('has the expected tables of cells and genes', async () => {
    const source = await openAnnData(fixture(file), options);
    expect(plain(source.obs)).toEqual(expected.obs);
    expect(plain(source.var)).toEqual(expected.var);
    await source.close();
  });

  test('can be opened in another thread', async () => {
    const source = await openAnnData(fixture(file), options);
    const { path, options: again } = source.reopen!;
    const second = await openAnnData(path, structuredClone(again));
    expect([second.nObs, second.nVars]).toEqual([source.nObs, source.nVars]);
    expect(second.obs.index).toEqual([]);
    expect(await denseRows(second.blocks())).toEqual(await denseRows(source.blocks()));
    await source.close();
    await second.close();
  });
});

describe('missing choices and missing fields', () => {
  test.each(['two.h5', 'three.h5'])('lists the genomes of %s', async (name) => {
    await expect(openAnnData(fixture(name))).rejects.toThrow(ArgumentError);
    await expect(openAnnData(fixture(name))).rejects.toThrow(
      /has 2 genomes: .*mm10; set the option 'genome' to one of them/,
    );
    await expect(openAnnData(fixture(name), { genome: 'dm6' })).rejects.toThrow(FieldMissingError);
    await expect(openAnnData(fixture(name), { genome: 'dm6' })).rejects.toThrow(/no genome 'dm6'; the file has .*mm10/);
  });

  test('lists the layers', async () => {
    await expect(openAnnData(fixture('three.loom'), { layer: 'raw' })).rejects.toThrow(
      /no matrix 'raw'; the file has X, spliced/,
    );
    await expect(openAnnData(fixture('two.h5'), { layer: 'raw', genome: 'mm10' })).rejects.toThrow(ArgumentError);
  });

  test('reads the requested columns of a loom file', async () => {
    const source = await openAnnData(fixture('two.loom'), { obsColumns: ['Age'], varColumns: [] });
    expect([[...source.obs.columns.keys()], source.var.columns.size]).toEqual([['Age'], 0]);
    await source.close();
    await expect(openAnnData(fixture('two.loom'), { obsColumns: ['Sex'] })).rejects.toThrow(
      /no col_attrs column 'Sex'; the file has Age, Tissue/,
    );
  });
});

test('detects the format from the content, whatever the name', async () => {
  for (const [name, format] of [
    ['two.loom', 'loom'],
    ['current.h5ad', 'h5ad'],
    ['two.h5', '10x-h5'],
  ] as const) {
    for (const ending of ['bin', 'h5ad', 'loom', 'h5']) {
      const copy = at(`${format}.${ending}`);
      await copyFile(fixture(name), copy);
      const source = await openAnnData(copy, { genome: 'mm10' });
      expect([ending, source.format]).toEqual([ending, format]);
      await source.close();
    }
  }
  await expect(openAnnData(fixture('layouts.h5'))).rejects.toThrow(UnsupportedError);
  await expect(openAnnData(fixture('layouts.h5'))).rejects.toThrow(/an HDF5 file with checked, contiguous, gzip/);
});
