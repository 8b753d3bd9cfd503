import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readGeneGroups } from './gene-folds.js';

const simulated = { kind: 'simulated-thymus' as const, preset: 'small' as const, seed: 0 };
const real = { kind: 'files' as const, id: 'x', source: 'x', files: [{ path: 'x.h5ad' }] };
const table = { kind: 'table' as const, path: 'families.csv', gene: 'id', group: 'family' };
const before = process.env.GENEFORMER_DATA;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'families-'));
  await writeFile(path.join(folder, 'families.csv'), 'id,family\nG1,SOX\nG2,SOX\nG3,\n');
  process.env.GENEFORMER_DATA = folder;
});
afterAll(async () => {
  if (before === undefined) delete process.env.GENEFORMER_DATA;
  else process.env.GENEFORMER_DATA = before;
  await rm(folder, { recursive: true });
});

describe('groups of genes', () => {
  test('come from a table, in which a gene may have no group', async () => {
    expect([...(await readGeneGroups(table, real))]).toEqual([
      ['G1', 'SOX'],
      ['G2', 'SOX'],
    ]);
  });

  test('are the places of a simulation, which are shared by factors of both classes', async () => {
    const groups = await readGeneGroups({ kind: 'simulated-places' }, simulated);
    const sizes = new Map<string, number>();
    for (const name of groups.values()) sizes.set(name, (sizes.get(name) ?? 0) + 1);
    expect(Math.max(...sizes.values())).toBeGreaterThan(1);
    expect(sizes.size).toBeGreaterThan(10);
  });

  test.each([
    [
      'a missing column',
      { ...table, group: 'clan' },
      /^families\.csv: clan: column not found; choose one of: id, family$/,
    ],
    [
      'places of real cells',
      { kind: 'simulated-places' as const },
      /^groupGenesBy: kind: real cells have no simulated places/,
    ],
  ])('refuses %s', async (_what, params, message) => {
    await expect(readGeneGroups(params, real)).rejects.toThrow(message);
  });
});
