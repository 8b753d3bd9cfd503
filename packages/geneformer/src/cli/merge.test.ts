import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AnnData, writeH5ad } from '@geneformer-ts/io';
import { runCli } from '../testing/run-cli.js';
import { tinyWorld, type TinyWorld, trainTiny } from '../testing/tiny-model.js';

let world: TinyWorld;
const before = process.env['GENEFORMER_THREADS'];
beforeAll(async () => {
  process.env['GENEFORMER_THREADS'] = '1';
  world = await tinyWorld();
  await trainTiny(world, '--quiet');
  await writeMany(world.path('many.h5ad'));
});
afterAll(() => {
  if (before === undefined) Reflect.deleteProperty(process.env, 'GENEFORMER_THREADS');
  else process.env['GENEFORMER_THREADS'] = before;
  world.remove();
});

/** Writes the cells six times, since a part of tokens has at least 512. */
async function writeMany(path: string): Promise<void> {
  await using cells = await AnnData.open(world.cells);
  const copies = [0, 1, 2, 3, 4, 5];
  async function* blocks() {
    for (const copy of copies) {
      for await (const block of cells.blocks()) yield { ...block, rowStart: block.rowStart + copy * cells.nObs };
    }
  }
  const index = copies.flatMap((copy) => cells.obs.index.map((name) => `${name}-${copy}`));
  const score = { kind: 'number' as const, values: Float64Array.from(index, (_, row) => row / 8) };
  await writeH5ad(path, { obs: { index, columns: new Map([['score', score]]) }, var: cells.var, blocks: blocks() });
}

/** Commands with shares: how they are called, and what differs between two outputs besides its bytes. */
const calls: [string, (out: string) => string[], string][] = [
  ['embed', (out) => ['embed', world.cells, '-m', world.model, '-o', out], 'vectors.csv'],
  ['embed', (out) => ['embed', world.cells, '-m', world.model, '-o', out], 'vectors.h5ad'],
  ['annotate', (out) => ['annotate', world.cells, '-m', world.path('classifier'), '-o', out], 'labels.parquet'],
  [
    'tokenize',
    (out) => ['tokenize', world.path('many.h5ad'), '-m', world.model, '-o', out, '--columns', 'all'],
    'cells.dataset',
  ],
];

function bytes(path: string): Record<string, string> {
  try {
    return { '': readFileSync(path).toString('base64') };
  } catch {
    return Object.fromEntries(
      readdirSync(path).map((name) => [name, readFileSync(join(path, name)).toString('base64')]),
    );
  }
}

async function ok(argv: string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await runCli(...argv, '--json');
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as Record<string, unknown>;
}

describe.each(calls)('%s', (command, call, name) => {
  test('in shares, in any order and some twice, gives the bytes of an undivided call', async () => {
    const [whole, shared] = [world.path(`whole-${name}`), world.path(`shared-${name}`)];
    const alone = await ok(call(whole));
    const shares = [];
    for (const shard of ['2/3', '0/3', '2/3', '1/3']) shares.push(await ok([...call(shared), '--shard', shard]));
    expect(shares[2]).toMatchObject({ found: shares[0]['parts'] });
    const merged = await ok(['merge', `${shared}.parts`]);
    expect(bytes(shared)).toEqual(bytes(whole));
    if (command === 'tokenize') expect(bytes(`${shared}.report.json`)).toEqual(bytes(`${whole}.report.json`));
    const { cells } = alone['report'] as { cells: unknown };
    expect((merged['report'] as { cells: unknown }).cells).toEqual(cells);
  });

  test('a share that is missing or damaged is named, and repaired by the same call', async () => {
    const [shared, damaged] = [world.path(`shared-${name}`), world.path(`damaged-${name}`)];
    cpSync(`${shared}.parts`, `${damaged}.parts`, { recursive: true });
    const folder = join(`${damaged}.parts`, 'parts');
    const [first] = readdirSync(folder);
    const victim = first.endsWith('.dataset')
      ? join(folder, first, readdirSync(join(folder, first))[0])
      : join(folder, first);
    const content = readFileSync(victim);
    content[content.length - 9] ^= 1;
    writeFileSync(victim, content);
    const { code, err } = await runCli('merge', `${damaged}.parts`);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^error: .*1 of \d+ parts are missing or damaged: 0; run the missing/),
    ]);
    await ok([...call(damaged), '--shard', '0/1']);
    await ok(['merge', `${damaged}.parts`]);
    expect(bytes(damaged)).toEqual(bytes(shared));
  });

  test('shares of another input, or with other options, are refused', async () => {
    const shared = world.path(`shared-${name}`);
    await using cells = await AnnData.open(world.cells);
    const other = world.path(`other-${name}.h5ad`);
    await writeH5ad(other, {
      obs: { ...cells.obs, index: cells.obs.index.map((name) => `${name}x`) },
      var: cells.var,
      blocks: cells.blocks(),
    });
    const argv = call(shared).map((word) => (/cells.h5ad$|many.h5ad$/.test(word) ? other : word));
    expect(await runCli(...argv, '--shard', '0/3')).toMatchObject({ code: 1, out: '' });
    const withLayer = await runCli(...call(shared), '--layer', 'X', '--shard', '0/3');
    expect(withLayer.err).toMatch(/has shares of a run with another option --layer; give all shares the same options/);
    rmSync(other);
  });
});

describe('merge', () => {
  test('of a perturbation gives the tables of an undivided run', async () => {
    const call = (out: string): string[] => ['perturb', world.cells, '-m', world.model, '-o', out, '--max-cells', '3'];
    await ok(call(world.path('whole')));
    for (const shard of ['1/2', '0/2']) await ok([...call(world.path('shared')), '--shard', shard]);
    rmSync(world.path('shared/genes.csv'));
    await ok(['merge', world.path('shared')]);
    expect(bytes(world.path('shared/parts'))).toEqual(bytes(world.path('whole/parts')));
    expect(readFileSync(world.path('shared/genes.csv'))).toEqual(readFileSync(world.path('whole/genes.csv')));
    rmSync(join(world.path('shared/parts'), readdirSync(world.path('shared/parts'))[0]));
    expect((await runCli('merge', world.path('shared'))).err).toMatch(/parts are missing: 0; run the missing shards/);
  });

  const stored = { schema: 1, command: 'embed', file: 'cells.h5ad', options: {} };
  test.each([
    ['not JSON', '{', /call.json: call: is not JSON/],
    ['another schema', JSON.stringify({ ...stored, schema: 2 }), /is not of schema 1/],
    ['a command without shares', JSON.stringify({ ...stored, command: 'fetch' }), /'fetch' has no shares/],
    [
      'an unknown option',
      JSON.stringify({ ...stored, options: { run: 'x' } }),
      /options.run: is not an option of embed/,
    ],
    [
      'an output of its own',
      JSON.stringify({ ...stored, options: { out: '/etc/passwd' } }),
      /options.out: is not an option/,
    ],
    ['a wrong value', JSON.stringify({ ...stored, options: { pooling: 'most' } }), /'most' is not a choice/],
    ['a value of a wrong type', JSON.stringify({ ...stored, options: { layer: {} } }), /is neither text nor a number/],
  ])('refuses a call that is %s', async (_, text, message) => {
    const folder = world.path('hostile.parts');
    cpSync(world.path('classifier'), folder, { recursive: true });
    writeFileSync(join(folder, 'call.json'), text);
    const { code, err } = await runCli('merge', folder);
    expect([code, err.split('\n').length, err]).toEqual([1, 2, expect.stringMatching(message)]);
  });

  test('refuses a folder without shares', async () => {
    expect(await runCli('merge', world.folder)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/call.json: no such file/),
    });
  });
});
