import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AnnData, type CsrBlock, writeH5ad } from '@geneformer-ts/io';
import { runCli } from '../testing/run-cli.js';
import { tinyWorld, type TinyWorld } from '../testing/tiny-model.js';

/** A name that would add lines to an output, clear the screen and reverse text, if it were printed as it is. */
const evil = (name: string): string => `${name}\u001b[2J\n\nnext\n  geneformer FORGED\r\u202e`;
/** Line breaks and characters that a terminal acts on; the line breaks of the output itself are removed before. */
const UNSAFE = /[\p{Cc}\u2028-\u202e]/u;

let world: TinyWorld;
let file: string;
beforeAll(async () => {
  world = await tinyWorld();
  file = world.path('evil.h5ad');
  await using cells = await AnnData.open(world.cells);
  const blocks: CsrBlock[] = [];
  for await (const block of cells.blocks()) blocks.push(block);
  const labels = cells.obs.get('cell_type') as { kind: 'categorical'; codes: Int32Array; categories: string[] };
  const symbols = cells.var.get('symbol') as { kind: 'string'; values: string[] };
  await writeH5ad(file, {
    obs: {
      index: cells.obs.index.map((name, at) => evil(`${name}${at}`)),
      columns: new Map([['cell_type', { ...labels, categories: labels.categories.map(evil) }]]),
    },
    var: {
      // The first ids are unknown to the model, so that inspect names them.
      index: cells.var.index.map((id, at) => (at < 5 ? evil(`gene${at}`) : id)),
      columns: new Map([['symbol', { kind: 'string', values: symbols.values.map(evil) }]]),
    },
    blocks,
  });
});
afterAll(() => world.remove());

test('names in a file cannot add lines to the output of a command, or control the terminal', async () => {
  const model = ['-m', world.model];
  const classifier = world.path('classifier');
  const annotated = world.path('annotated.h5ad');
  const runs = [
    ['inspect', file, ...model],
    ['train', file, '-l', 'cell_type', ...model, '-o', classifier, '--min-cells', '40'],
    ['annotate', file, '-m', classifier, '-o', annotated],
    ['map', file, '-r', file, '-l', 'cell_type', ...model, '-o', world.path('mapped.h5ad')],
    ['evaluate', file, '-l', 'cell_type', ...model],
    ['genes', file, ...model, '--near', evil('AIRE')],
    ['genes', file, ...model, '--near', 'nowhere'],
    ['train', file, '-l', evil('cell_type'), ...model, '-o', classifier],
    ['umap', annotated, '-c', evil('cell_type'), '-o', world.path('a.png'), ...model],
    ['report', classifier, '-o', world.path('report.html')],
  ];
  let shown = 0;
  for (const argv of runs) {
    const { out, err } = await runCli(...argv);
    const lines = `${out}\n${err}`.split('\n');
    expect(lines.filter((line) => UNSAFE.test(line) || /^\s*geneformer FORGED/.test(line))).toEqual([]);
    if (lines.some((line) => line.includes('FORGED'))) shown++;
  }
  // The names are printed, in another form.
  expect(shown).toBeGreaterThanOrEqual(5);
});
