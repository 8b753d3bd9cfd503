import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AnnData } from '@geneformer-ts/io';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Geneformer } from '../geneformer.js';
import { runCli } from '../testing/run-cli.js';
import type { CellPerturbation } from './perturb-file.js';
import { tinyWorld, type TinyWorld } from '../testing/tiny-model.js';

let world: TinyWorld;
let states: string[];
beforeAll(async () => {
  world = await tinyWorld();
  await using cells = await AnnData.open(world.cells);
  const column = cells.obs.get('cell_type');
  states = 'categories' in column ? column.categories.slice(0, 2).map(String) : [];
  expect(states.length).toBe(2);
});
afterAll(() => world.remove());

/** Deletes every gene of eight cells of one state. */
const call = (out: string, ...more: string[]): string[] => [
  ...['perturb', world.cells, '-m', world.model, '-o', world.path(out), '--max-cells', '8', '--donors', 'donor_id'],
  ...['--states', 'cell_type', '--start', states[0], '--goal', states[1], ...more],
];

/** Names and bytes of the files of a run. */
const files = (out: string): [string, string][] =>
  readdirSync(world.path(out), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry): [string, string] => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'base64')])
    .sort(([a], [b]) => (a < b ? -1 : 1));

describe('geneformer perturb', () => {
  test('writes effects with symbols, figures and a page, and prints the largest', async () => {
    const { code, out, err } = await runCli(...call('whole'));
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/perturbed\s+8 cells of \d+ donors/);
    const names = files('whole').map(([name]) => name);
    expect(names).toEqual(
      expect.arrayContaining(['genes.csv', 'ranked.svg', 'report.html', 'run.json', 'volcano.svg']),
    );
    const [header, ...rows] = readFileSync(world.path('whole/genes.csv'), 'utf8').trimEnd().split('\n');
    expect(header).toMatch(new RegExp(`^gene,ids,toward ${states[1]},cells,cells without,donors,`));
    const effects = rows.map((row) => Number(row.split(',')[2]));
    expect(effects).toEqual([...effects].sort((a, b) => b - a));
    expect(rows.length).toBeGreaterThan(50);
    const page = readFileSync(world.path('whole/report.html'), 'utf8');
    expect(page).toContain(rows[0].split(',')[0]);
    expect(page).toContain('they suggest experiments and replace none');
  });

  test('has the same bytes in shares, and joins them when all are there', async () => {
    const first = await runCli(...call('shares', '--shard', '1/2'));
    expect([first.code, first.out]).toEqual([0, expect.stringContaining('once all shares are there')]);
    expect(existsSync(world.path('shares/genes.csv'))).toBe(false);
    await runCli(...call('shares', '--shard', '0/2'));
    rmSync(world.path('shares/call.json'));
    expect(files('shares')).toEqual(files('whole'));
  });

  test('computes nothing again, and restores a table that was lost', async () => {
    cpSync(world.path('whole'), world.path('again'), { recursive: true });
    rmSync(world.path('again/genes.csv'));
    const { out } = await runCli(...call('again', '--json'));
    const { parts, found } = JSON.parse(out) as { parts: number; found: number };
    expect(found).toBe(parts);
    expect(parts).toBeGreaterThan(1);
    expect(files('again')).toEqual(files('whole'));
  });

  test('says in one line what is wrong', async () => {
    const failed = async (...words: string[]): Promise<string> => {
      const { code, err } = await runCli(...words);
      expect(code).toBeGreaterThan(0);
      expect(err.trimEnd().split('\n').length).toBe(1);
      return err;
    };
    expect(await failed(...call('x', '--genes', 'NOSUCHGENE'))).toMatch(/the model does not know 'NOSUCHGENE'/);
    expect(await failed(...call('x', '--other', 'nothing'))).toMatch(/no cell is 'nothing'/);
    expect(await failed(...call('whole', '--kind', 'inhibit'))).toMatch(/has a run with other cells, genes or options/);
    expect(await failed(...call('x', '--shard', '2/2'))).toMatch(/'2\/2' is not a share/);
    expect(existsSync(world.path('x'))).toBe(false);
  });
});

describe('geneformer perturb --screen', () => {
  test('approximates the same genes, and says how their ranks agree with exact deletions', async () => {
    const { code, out, err } = await runCli(...call('screened', '--screen', '--json'));
    expect([code, err]).toEqual([0, '']);
    const found = JSON.parse(out) as CellPerturbation;
    expect(found.agreement).toMatchObject({ effect: `toward ${states[1]}`, cells: 8 });
    expect(found.agreement?.mean).toBeGreaterThan(0.4);
    const genesOf = (run: string): string[] =>
      readFileSync(world.path(`${run}/genes.csv`), 'utf8')
        .trimEnd()
        .split('\n')
        .map((row) => row.split(',')[1])
        .sort();
    expect(genesOf('screened')).toEqual(genesOf('whole'));
    expect(readFileSync(world.path('screened/report.html'), 'utf8')).toContain('rank correlation with exact deletions');
    const again = await runCli(...call('screened', '--screen'));
    expect(again.out).toMatch(/agreement\s+0\.\d{3} \(least/);
  });

  test('is not for a list of genes', async () => {
    const gene = readFileSync(world.path('whole/genes.csv'), 'utf8').split('\n')[1].split(',')[1];
    const { code, err } = await runCli(...call('x', '--screen', '--genes', gene));
    expect([code, err]).toEqual([2, 'error: screen: is for every gene of a cell, not for a list; leave it out\n']);
  });
});

test('genes and groups are compared with random genes that are similar', async () => {
  await using model = await Geneformer.fromPretrained(world.model);
  await using cells = await AnnData.open(world.cells);
  const [, first, second] = readFileSync(world.path('whole/genes.csv'), 'utf8')
    .split('\n')
    .map((row) => row.split(',')[1]);
  const { effects, sequences } = await model.perturb(cells, world.path('lists'), {
    ...{ genes: [first, second], groups: { both: [first, second] }, kind: 'overexpress', presentOnly: true },
    ...{
      maxCells: 8,
      states: { column: 'cell_type', start: states[0] },
      nullGenes: 5,
      donors: 'donor_id',
      onProgress: false,
    },
  });
  expect(sequences).toBe(8 * 3 * (1 + 5));
  expect(effects?.map(({ name }) => name).sort()).toEqual(['both', first, second].sort());
  for (const { cells: present, absent, nullMean } of effects ?? []) {
    expect(present + absent).toBe(8);
    expect(nullMean).toBeGreaterThan(0);
  }
});

test('rows of the file are perturbed, and no others', async () => {
  await using model = await Geneformer.fromPretrained(world.model);
  await using cells = await AnnData.open(world.cells);
  const gene = readFileSync(world.path('whole/genes.csv'), 'utf8').split('\n')[1].split(',')[1];
  const of = (rows: number[], out: string) =>
    model.perturb(cells, world.path(out), { genes: [gene], rows, nullGenes: 0, onProgress: false });
  const [first, second, both] = [await of([3, 7], 'a'), await of([12], 'b'), await of([12, 3, 7, 3], 'c')];
  expect([first, second, both].map((run) => run.cells)).toEqual([2, 1, 3]);
  const sum = ({ effects }: typeof both) => (effects?.[0].cells ? effects[0].effect * effects[0].cells : 0);
  expect(sum(both)).toBeCloseTo(sum(first) + sum(second), 10);
  await expect(of([], 'd')).rejects.toThrow(/rows: none is to be perturbed/);
});

test('a gene that none of the cells has is a row without an effect, and is named', async () => {
  const found = readFileSync(world.path('whole/genes.csv'), 'utf8')
    .split('\n')
    .map((row) => row.split(',')[1]);
  await using cells = await AnnData.open(world.cells);
  const absent = cells.var.index.find((id) => !found.includes(id)) as string;
  const { out } = await runCli(...call('absent', '--genes', `${found[1]},${absent}`));
  expect(out).toContain(`In none of the cells, so that nothing was measured: ${absent}.`);
  const rows = readFileSync(world.path('absent/genes.csv'), 'utf8').trimEnd().split('\n');
  expect(rows.length).toBe(3);
  expect(rows[2].split(',').slice(0, 7)).toEqual([absent, absent, '', '0', '8', '0', '']);
  expect(readFileSync(world.path('absent/report.html'), 'utf8')).toContain(`nothing was measured: ${absent}`);
  const alone = await runCli(...call('alone', '--genes', absent));
  expect([alone.code, alone.err]).toEqual([0, '']);
});
