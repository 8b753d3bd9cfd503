import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AnnData, toCategorical, writeH5ad } from '@geneformer-ts/io';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { runCli } from '../testing/run-cli.js';
import { tinyWorld, type TinyWorld, trainTiny } from '../testing/tiny-model.js';

let world: TinyWorld;
let file: string;
beforeAll(async () => {
  world = await tinyWorld();
  file = world.path('labels.h5ad');
  await using cells = await AnnData.open(world.cells);
  const { nObs } = cells;
  const rows = Array.from({ length: nObs }, (_, row) => row);
  const columns: Record<string, Parameters<typeof cells.obs.set>[1]> = {
    one: rows.map(() => 'same'),
    missing: toCategorical(rows.map(() => null)),
    numbers: rows.map((row) => row / 7),
    rare: rows.map((row) => (row < 8 ? 'few' : 'many')),
    names: rows.map((row) => ['constructor', '__proto__', 'toString'][row % 3]),
    group: rows.map((row) => (row % 2 ? 'a' : 'b')),
  };
  for (const [name, values] of Object.entries(columns)) cells.obs.set(name, values);
  cells.obsm.set('X_geneformer', { rows: nObs, cols: 4, data: new Float32Array(4 * nObs).fill(NaN) });
  await cells.write(file);
});
afterAll(() => world.remove());

/** Runs a command on the file, which must fail, and returns its exit code and message. */
async function failure(command: string, ...argv: string[]): Promise<string> {
  const { code, out, err } = await runCli(command, file, ...argv);
  expect(out).toBe('');
  const lines = err.split('\n').filter((line) => line !== '' && !line.startsWith('note: '));
  expect(lines).toHaveLength(1);
  return `${code} ${lines[0]}`;
}

describe('labels', () => {
  test.each<[string[], RegExp]>([
    [
      ['-l', 'one'],
      /^1 error: .*obs\['one'\]: fewer than two labels have 10 cells or more: same \(200\); use a column/,
    ],
    [['-l', 'missing'], /^1 error: .*obs\['missing'\]: no cell that can be used has a value; use a column/],
    [['-l', 'numbers'], /^1 error: .*obs\['numbers'\]: has 200 different values, which are not labels; use a column/],
    [['-l', 'rare'], /^1 error: .*few \(8\).*use a column with at least two labels, or lower --min-cells$/],
    [['-l', ' cell_type'], /^1 error: .*no obs column ' cell_type'; the file has cell_type, /],
    [['-l', 'names', '-g', 'one'], /^1 error: .*groups: all labeled cells are of one group/],
    [['-l', 'names', '-g', 'missing'], /^1 error: .*obs\['missing'\]: has no value; choose another column of groups$/],
    [['-l', 'group', '-g', 'group'], /^1 error: .*labels a, b are in too few groups/],
    [
      ['-l', 'names', '--freeze', '99'],
      /^2 error: --freeze: 99 is not valid; use "all" or a whole number from 0 to 2$/,
    ],
    [['-l', 'names', '--unknown', '1'], /^2 error: --unknown: 1 is not valid; use a share from 0 to below 1$/],
  ])('train %j', async (argv, message) => {
    const out = world.path('none');
    expect(await failure('train', ...argv, '-m', world.model, '-o', out, '--no-baseline')).toMatch(message);
    expect(existsSync(out)).toBe(false);
  });

  test.each([
    ['one', /obs\['one'\]: has 1 different values, of which 1 are in several cells; use a column/],
    ['missing', /obs\['missing'\]: no cell has a value; use a column/],
    ['numbers', /obs\['numbers'\]: has 200 different values, of which 0 are in several cells/],
  ])('map -l %s', async (label, message) => {
    expect(await failure('map', '-r', file, '-l', label, '-m', world.model, '-o', world.path('m.h5ad'))).toMatch(
      message,
    );
  });

  test('with the names of properties of objects are learned', async () => {
    const argv = ['-l', 'names', '-m', world.model, '-o', world.path('names'), '--no-baseline', '--json'];
    const { code, out } = await runCli('train', file, ...argv);
    expect([code, (JSON.parse(out) as { classes: string[] }).classes]).toEqual([
      0,
      ['__proto__', 'constructor', 'toString'],
    ]);
  });
});

test('batches that are one are not scored, which a note says', async () => {
  const { code, out, err } = await runCli('evaluate', file, '-l', 'names', '-b', 'one', '-m', world.model);
  expect([code, err]).toEqual([0, 'note: obs["one"] has one batch; scores of batches need two\n']);
  expect(out).not.toMatch(/Harmony|iLISI/);
});

test('vectors that are not numbers have no layout', async () => {
  const message = /^1 error: .*labels\.h5ad: vectors: 0 cells have one; give a file with at least 3$/;
  expect(await failure('umap', '-c', 'names', '-o', world.path('u.svg'))).toMatch(message);
});

describe('an output that cannot be written is refused before anything is computed', () => {
  beforeAll(() => {
    mkdirSync(world.path('full'));
    writeFileSync(world.path('full/own.txt'), 'x');
    mkdirSync(world.path('full.zarr'));
    writeFileSync(world.path('full.zarr/own.txt'), 'x');
    for (const name of ['folder.h5ad', 'folder.csv', 'folder.svg', 'folder.html']) mkdirSync(world.path(name));
    writeFileSync(world.path('text.h5ad'), 'x');
  });

  const label = ['-l', 'names'];
  test.each<[string, string, string[], RegExp]>([
    ['embed', 'folder.h5ad', [], /is a folder; name a file/],
    ['embed', 'folder.csv', [], /is a folder; name a file/],
    ['embed', 'text.h5ad', [], /exists and is not an HDF5 file; name another file/],
    ['embed', 'full.zarr', [], /is a folder that is not a zarr store; name another one/],
    ['annotate', 'full.zarr', [], /is a folder that is not a zarr store/],
    ['map', 'text.h5ad', [...label, '-r', 'nowhere.h5ad'], /exists and is not an HDF5 file/],
    ['tokenize', 'full', [], /is a folder that is not a dataset/],
    ['tokenize', 'text.h5ad', [], /is a file; name a folder/],
    ['train', 'text.h5ad', label, /is a file; name a folder/],
    ['perturb', 'text.h5ad', [], /is a file; name a folder/],
    ['pretrain', 'text.h5ad', [], /is a file; name a folder/],
    ['genes', 'folder.csv', [], /is a folder; name a file/],
    ['umap', 'folder.svg', ['-c', 'names'], /is a folder; name a file/],
    ['report', 'folder.html', [], /is a folder; name a file/],
  ])('%s -o %s', async (command, out, argv, message) => {
    // Without a model, computing would fail with another message.
    const model = ['report', 'pretrain'].includes(command) ? [] : ['-m', 'nowhere'];
    expect(await failure(command, ...argv, ...model, '-o', world.path(out))).toMatch(message);
    expect([readdirSync(world.path('full')), readdirSync(world.path('full.zarr'))]).toEqual([['own.txt'], ['own.txt']]);
  });
});

test('pretraining into the folder of a classifier leaves a model only', async () => {
  const folder = await trainTiny(world, '--quiet', '--no-baseline');
  const { code } = await runCli('pretrain', file, '--preset', 'tiny', '--epochs', '1', '-o', folder);
  expect([code, existsSync(`${folder}/classifier.json`), existsSync(`${folder}/config.json`)]).toEqual([
    0,
    false,
    true,
  ]);
});

describe('inspect ends with a command to run next', () => {
  test.each<[string, () => Promise<string[]>, RegExp]>([
    ['for a file without cells', () => withoutCells().then((path) => [path, '-m', world.model]), /inspect OTHER\.h5ad/],
    ['for an unknown model', () => Promise.resolve([file, '-m', 'nothing']), /geneformer models/],
    ['for a file that is readable', () => Promise.resolve([file, '-m', world.model]), /train .*--label/],
  ])('%s', async (_, argv, next) => {
    const { code, out } = await runCli('inspect', ...(await argv()));
    expect([code, out]).toEqual([0, expect.stringMatching(next)]);
    expect(out).not.toContain('NaN');
  });

  async function withoutCells(): Promise<string> {
    const path = world.path('none.h5ad');
    await using cells = await AnnData.open(file);
    await writeH5ad(path, { obs: { index: [], columns: new Map() }, var: cells.var, blocks: [] });
    return path;
  }
});
