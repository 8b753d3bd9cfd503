import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AnnData, type CsrBlock, writeH5ad } from '@geneformer-ts/io';
import { linkSync, symlinkSync, writeFileSync } from 'node:fs';
import { commands } from './commands/index.js';
import { inWordsOfCommand } from './remedies.js';
import { runCli } from '../testing/run-cli.js';
import { tinyWorld, type TinyWorld } from '../testing/tiny-model.js';

const spec = (name: string) => commands.find((command) => command.name === name);

describe('a message of the library on the command line', () => {
  test.each([
    ["open the raw counts: set the option 'layer' to 'counts'", 'embed', "set the option --layer to 'counts'"],
    ["set the option 'genome' to one of them, for example 'hg19'", 'embed', 'set the option --genome to one of them'],
    ['(minimum 60.0 %, option minKnownShare)', 'train', 'option --min-known-share)'],
    ['or set allowFractional if they are estimated counts', 'annotate', 'or set --allow-fractional if'],
    [
      "set obsJoin to the column, for example { column: 'id' }",
      'embed',
      "set --obs-join to the column, for example 'id'",
    ],
    ["use a .h5ad file, or set the option 'format' if it is one of those", 'embed', /^use a \.h5ad file$/],
    [
      "open a file with genes, or set the option 'featureTypes', for example to ['ADT']",
      'map',
      /^open a file with genes$/,
    ],
    ['call write() without a path to replace it, or name another file', 'annotate', /^name another file$/],
    ["correct it or use countsFrom 'computed'", 'tokenize', /^correct it or remove the column$/],
    ['nothing was saved; set checkpointDir to be able to resume', 'pretrain', 'set --resume to be able'],
    ['no gene is expressed in 3 of 2 cells; lower minCells or give raw counts', 'pretrain', 'lower --min-cells or'],
  ])('%s', (message, command, expected) => {
    expect(inWordsOfCommand(message, spec(command))).toMatch(expected);
  });
});

describe('every remedy is one that the command line has', () => {
  let world: TinyWorld;
  const files = new Map<string, string>();
  beforeAll(async () => {
    world = await tinyWorld();
    await using cells = await AnnData.open(world.cells);
    const blocks: CsrBlock[] = [];
    for await (const block of cells.blocks()) blocks.push(block);
    const variant = async (name: string, change: (value: number) => number, rows = blocks): Promise<void> => {
      const path = world.path(`${name}.h5ad`);
      files.set(name, path);
      const nObs = rows.reduce((sum, block) => sum + block.rows, 0);
      const obs = { index: cells.obs.index.slice(0, nObs), columns: new Map() };
      const changed = rows.map((block) => ({ ...block, data: Float32Array.from(block.data, change) }));
      await writeH5ad(path, { obs, var: { index: cells.var.index, columns: new Map() }, blocks: changed });
    };
    await variant('log', (value) => Math.log1p(value));
    await variant('fractional', (value) => value + 40.5);
    await variant('negative', (value) => -value);
    await variant('zero', () => 0);
    await variant('none', (value) => value, []);
    files.set('text', world.path('text.h5ad'));
    writeFileSync(world.path('text.h5ad'), 'this is not HDF5');
    files.set('link', world.path('link.h5ad'));
    symlinkSync(world.cells, world.path('link.h5ad'));
    files.set('hard link', world.path('hard.h5ad'));
    linkSync(world.cells, world.path('hard.h5ad'));
  });
  afterAll(() => world.remove());

  test.each([
    ['log', /log-normalized.*set --allow-fractional/],
    ['fractional', /not whole numbers.*set --allow-fractional/],
    ['negative', /which is not a count/],
    ['zero', /all counts of 200 cells are zero; give the matrix that contains raw counts/],
    ['none', /has no cells; give a file with cells/],
    ['text', /text\.h5ad/],
  ])('%s', async (name, message) => {
    const { code, err } = await runCli('embed', files.get(name)!, '-m', world.model, '-o', world.path('x.h5ad'));
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(err.trim().split('\n').length).toBe(1);
    const words = err.replaceAll(world.folder, '');
    // Names of the library's options and functions are in camel case, or have parentheses.
    expect(words).not.toMatch(/\b[a-z]+[A-Z]\w*|\w\(\)|option '/);
  });

  test('estimated counts are accepted with --allow-fractional', async () => {
    const argv = ['embed', files.get('fractional')!, '-m', world.model, '-o', world.path('f.h5ad'), '--quiet'];
    expect(await runCli(...argv, '--allow-fractional')).toEqual({ code: 0, out: '', err: '' });
  });

  test.each(['link', 'hard link'])('an output that is the input through a %s is refused at once', async (name) => {
    const { code, err } = await runCli('embed', world.cells, '-m', world.path('nowhere'), '-o', files.get(name)!);
    expect([code, err]).toEqual([2, `error: out: '${files.get(name)!}' is the input; name another file\n`]);
  });
});
