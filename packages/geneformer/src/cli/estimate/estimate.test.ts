import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AnnData } from '@geneformer-ts/io';
import fc from 'fast-check';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { CommandSpec } from '../command.js';
import { commands } from '../commands/index.js';
import { costOf, largeSample } from './cost-model.js';
import { estimateRun } from './estimate-run.js';
import { runCli } from '../../testing/run-cli.js';
import { tinyWorld, type TinyWorld, trainTiny } from '../../testing/tiny-model.js';

let world: TinyWorld;
beforeAll(async () => {
  world = await tinyWorld();
  await trainTiny(world, '--quiet');
});
afterAll(() => world.remove());

test('a line through two samples is within a factor of 2 of the time, for times that are up to 7 % off', () => {
  const noise = fc.double({ min: 0.93, max: 1.07, noNaN: true });
  const shape = fc.record({
    perCell: fc.double({ min: 0.002, max: 2, noNaN: true }),
    // What a run costs besides its cells, in cells: it loads the model.
    fixedCells: fc.double({ min: 0, max: 60, noNaN: true }),
    cells: fc.integer({ min: 1000, max: 1_000_000 }),
    noise: fc.tuple(noise, noise),
  });
  fc.assert(
    fc.property(shape, ({ fixedCells, perCell, cells, noise: [first, second] }) => {
      const time = (count: number): number => perCell * (fixedCells + count);
      const smallCells = 16;
      const warm = first * time(smallCells);
      const largeCells = largeSample(smallCells, warm, 288);
      const cost = costOf({ cold: warm + 3, warm, large: second * time(largeCells), smallCells, largeCells });
      const ratio = (cost.fixed + cost.perCell * cells) / time(cells);
      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(2);
    }),
  );
});

describe('a command with a known cost', () => {
  // Its clock runs by 3 s for compiling, 0.5 s per run and 0.01 s per cell.
  let [now, isCompiled] = [2, false];
  const ran: number[] = [];
  const spec: CommandSpec & { estimate: object } = {
    name: 'known',
    args: '<file>',
    summary: '',
    examples: [],
    options: [],
    estimate: { bytesPerCell: () => 1000 },
    async run(_context, [file], options) {
      await using cells = await AnnData.open(file);
      expect(options).not.toHaveProperty('layer');
      ran.push(cells.nObs);
      now += (isCompiled ? 0 : 3) + 0.5 + 0.01 * cells.nObs;
      isCompiled = true;
      return { json: {}, text: '' };
    },
  };

  test('is estimated from samples, in three runs', async () => {
    const context = { signal: new AbortController().signal, onProgress: () => undefined, note: () => undefined };
    const measuring = { clock: () => now, peakBytes: () => 1e6 };
    const found = await estimateRun(spec, context, [world.cells], { layer: 'X', out: 'x.h5ad' }, measuring);
    expect(ran.slice(0, 2)).toEqual([16, 16]);
    expect(ran.length).toBe(3);
    expect(found).toMatchObject({ cells: 200, bytes: 1e6 + 200 * 1000 });
    // 2 s until the estimate started, 3 s to compile, 0.5 s and 2 s for 200 cells.
    expect(found.seconds).toBeCloseTo(7.5, 6);
  });
});

describe('--estimate', () => {
  const cells = (...more: string[]): string[] => [world.cells, ...more];
  const runs: Record<string, () => string[]> = {
    tokenize: () => cells('-m', world.model, '-o', world.path('out.dataset')),
    embed: () => cells('-m', world.model, '-o', world.path('out.h5ad'), '--umap'),
    train: () => cells('-l', 'cell_type', '-g', 'donor_id', '-m', world.model, '-o', world.path('out')),
    annotate: () => cells('-m', world.path('classifier'), '-o', world.path('out.h5ad')),
    map: () => cells('-r', world.cells, '-l', 'cell_type', '-m', world.model, '-o', world.path('out.h5ad')),
    umap: () => cells('-c', 'cell_type', '-m', world.model, '-o', world.path('out.svg')),
    genes: () => cells('-m', world.model),
    evaluate: () => cells('-l', 'cell_type', '-b', 'donor_id', '-m', world.model),
    perturb: () => cells('-m', world.model, '-o', world.path('out'), '--max-cells', '5'),
    pretrain: () => cells('--preset', 'tiny', '--epochs', '1', '-o', world.path('out')),
  };

  test('is an option of every command that computes', () => {
    const without = commands.filter(({ name, estimate }) => !estimate && !(name in runs)).map(({ name }) => name);
    expect(without).toEqual(['inspect', 'explore', 'models', 'fetch', 'merge', 'report']);
  });

  test.each(Object.keys(runs))('of %s prints time and memory, and writes nothing', async (name) => {
    const before = readdirSync(tmpdir());
    const { code, out, err } = await runCli(name, ...runs[name](), '--estimate', '--json');
    expect([code, err]).toEqual([0, '']);
    const found = JSON.parse(out) as Record<string, number>;
    expect(found['cells']).toBe({ map: 400, perturb: 5 }[name] ?? 200);
    expect(found['seconds']).toBeGreaterThan(0);
    expect(found['bytes']).toBeGreaterThan(1e8);
    for (const file of ['out', 'out.h5ad', 'out.dataset', 'out.svg']) expect(existsSync(world.path(file))).toBe(false);
    expect(readdirSync(tmpdir())).toEqual(before);
  });

  test('reports what is wrong with a call as the command does', async () => {
    const { code, err } = await runCli('train', world.cells, '-l', 'nothing', '-o', world.path('out'), '--estimate');
    expect([code, err]).toEqual([1, expect.stringMatching(/no obs column 'nothing'/)]);
  });
});
