import type { Progress } from '@geneformer-ts/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openAnnData } from '@geneformer-ts/io';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { simulateThymus } from './simulate-thymus.js';
import type { ThymusTruth } from './truth.js';
import { writeThymus, type WriteThymusOptions } from './write-thymus.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'simulate-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('writeThymus', () => {
  test('writes a file that reads back as the simulation, with the row totals', async () => {
    const file = path.join(folder, 'thymus.h5ad');
    const written = await writeThymus(file, { seed: 2, preset: 'small', rows: 60 });
    const expected = simulateThymus({ seed: 2, preset: 'small' });
    const blocks = [...expected.blocks({ rows: 60 })];
    const source = await openAnnData(file);
    let at = 0;
    for await (const block of source.blocks({ rows: 60 })) {
      expect(Array.from(block.data)).toEqual(Array.from(blocks[at].data));
      expect(Array.from(block.indices)).toEqual(Array.from(blocks[at].indices));
      at++;
    }
    await source.close();
    expect(written).toMatchObject({ cells: 200, genes: 600, nonZeros: blocks.reduce((n, b) => n + b.data.length, 0) });
    expect(source.var.index).toEqual(expected.var.index);
    expect(source.obs.columns.get('n_counts')).toEqual(expected.obs.columns.get('n_counts'));
    expect([...source.obs.columns.keys()]).toEqual([...expected.obs.columns.keys()]);
  });

  test('writes the truth beside it', async () => {
    const { truthPath } = await writeThymus(path.join(folder, 'a.h5ad'), { seed: 3, preset: 'small', cells: 20 });
    expect(path.basename(truthPath)).toBe('a.truth.json');
    const truth = JSON.parse(await readFile(truthPath, 'utf8')) as ThymusTruth;
    expect(truth.settings).toMatchObject({ seed: 3, cells: 20 });
    expect(truth.regulators.some((regulator) => regulator.symbol === 'AIRE')).toBe(true);
  });

  test('reports progress up to the last cell', async () => {
    const events: Parameters<Progress>[0][] = [];
    const options: WriteThymusOptions = {
      seed: 3,
      preset: 'small',
      cells: 20,
      rows: 8,
      onProgress: (e) => events.push(e),
    };
    await writeThymus(path.join(folder, 'b.h5ad'), options);
    expect(events.map((event) => event.done)).toEqual([8, 16, 20]);
    expect(events.every((event) => event.total === 20 && event.unit === 'cells')).toBe(true);
  });

  test('leaves nothing behind when it fails', async () => {
    const before = await readdir(folder);
    await expect(
      writeThymus(path.join(folder, 'c.h5ad'), { seed: 3, preset: 'small', compression: 11 }),
    ).rejects.toThrow();
    await expect(writeThymus(path.join(folder, 'd.h5ad'), { seed: -3 })).rejects.toThrow('seed: -3 is not valid');
    expect(await readdir(folder)).toEqual(before);
  });
});
