import { ArgumentError, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { expect, test } from '@jest/globals';
import { copyFile, writeFile } from 'node:fs/promises';
import { fixture, scratch } from '../testing/folder.js';
import { openAnnData } from './open.js';

const at = scratch();

test('detects HDF5 from its first bytes, whatever the name', async () => {
  await copyFile(fixture('current.h5ad'), at('cells'));
  const source = await openAnnData(at('cells'));
  expect(source.format).toBe('h5ad');
  await source.close();
});

test('rejects an unknown format and lists the known ones', async () => {
  await writeFile(at('notes.md'), 'hello');
  await expect(openAnnData(at('notes.md'))).rejects.toThrow(UnsupportedError);
  await expect(openAnnData(at('notes.md'))).rejects.toThrow(
    /use a .h5ad, .loom or 10x .h5 file, a zarr store, a 10x matrix folder or a .csv/,
  );
  await expect(openAnnData(at('notes.md'), { format: 'parquet' as never })).rejects.toThrow(ArgumentError);
});

test('reports an empty file, whatever its name', async () => {
  for (const name of ['empty.h5ad', 'empty.loom', 'empty.h5', 'empty.csv']) {
    await writeFile(at(name), '');
    await expect(openAnnData(at(name))).rejects.toThrow(FormatError);
    await expect(openAnnData(at(name))).rejects.toThrow(/: file: is empty; /);
  }
});

test('rejects an invalid layer or orientation instead of ignoring it', async () => {
  await writeFile(at('counts.csv'), ',a,b\nENSG00000155657,1,0\nENSG00000198523,0,2\n');
  await expect(openAnnData(at('counts.csv'), { layer: 'raw' })).rejects.toThrow(ArgumentError);
  await expect(openAnnData(at('counts.csv'), { layer: 'raw' })).rejects.toThrow(/layer: a csv file has no 'raw'; omit/);
  const sideways = openAnnData(at('counts.csv'), { orientation: 'sideways' as never });
  await expect(sideways).rejects.toThrow(
    /orientation: "sideways" is not valid; use 'cells-by-genes' or 'genes-by-cells'/,
  );
});

test('rejects an invalid orientation or budget of any format', async () => {
  const file = fixture('current.h5ad');
  await expect(openAnnData(file, { orientation: 'bogus' as never })).rejects.toThrow(/^orientation: "bogus"/);
  await expect(openAnnData(file, { budget: NaN })).rejects.toThrow('budget: NaN is not valid');
});

test('joins metadata to an h5ad file and closes the file on a mismatch', async () => {
  await writeFile(
    at('meta.tsv'),
    `\tbatch\n${Array.from({ length: 7 }, (_, i) => `cell-${i}\tb${i % 2}`).join('\n')}\n`,
  );
  const source = await openAnnData(fixture('current.h5ad'), { obs: at('meta.tsv') });
  expect(source.obs.columns.get('batch')).toMatchObject({
    kind: 'string',
    values: ['b0', 'b1', 'b0', 'b1', 'b0', 'b1', 'b0'],
  });
  expect(source.obs.columns.has('cell_type')).toBe(true);
  await source.close();

  await writeFile(at('short.tsv'), '\tbatch\ncell-0\tb0\n');
  await expect(openAnnData(fixture('current.h5ad'), { obs: at('short.tsv') })).rejects.toThrow(FormatError);
});
