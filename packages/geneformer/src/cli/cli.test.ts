import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { commands } from './commands/index.js';
import { runCli } from '../testing/run-cli.js';
import { tinyWorld, type TinyWorld } from '../testing/tiny-model.js';

let world: TinyWorld;
beforeAll(async () => {
  world = await tinyWorld();
});
afterAll(() => world.remove());

test.each(commands.map(({ name }) => name))('%s --help shows an example in at most 80 columns', async (name) => {
  const { code, out, err } = await runCli(name, '--help');
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(new RegExp(`Examples?:\n {2}\\$ geneformer ${name}`));
  expect(out).toContain('--json');
  expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

describe('exit codes', () => {
  test.each([
    [['inspect'], 2, /missing required argument/],
    [['nonsense'], 2, /unknown command/],
    [['train', 'x.h5ad'], 2, /required option/],
    [['train', 'x.h5ad', '-l', 'y', '-o', 'z', '--seed', 'x'], 2, /whole number/],
    [['embed', 'x.h5ad', '-o', 'x.xyz'], 2, /does not end in a known format/],
    [['embed', 'x.h5ad', '-o', 'x.h5ad'], 2, /is the input/],
    [['inspect', 'nowhere.h5ad'], 1, /^error: nowhere.h5ad: no such file or folder; check the path\n$/],
  ] as const)('%j: %d', async (argv, code, message) => {
    const run = await runCli(...argv);
    expect(run).toMatchObject({ code, out: '' });
    expect(run.err).toMatch(message);
  });

  test('a failure leaves no output file', async () => {
    const out = world.path('none.h5ad');
    const { code, err } = await runCli('annotate', world.cells, '-m', world.model, '-o', out);
    expect([code, existsSync(out)]).toEqual([1, false]);
    expect(err).toMatch(/^error: .*has no classifier.json.*\n$/);
  });
});

test('a missing column is named before anything is computed', async () => {
  const { code, err } = await runCli('train', world.cells, '-l', 'celltype', '-m', world.model, '-o', world.path('c'));
  expect(code).toBe(1);
  expect(err).toMatch(/no obs column 'celltype'; the file has cell_type, /);
});

test('train prints the scores of the transformer and of logistic regression on the same cells', async () => {
  const out = world.path('classifier');
  const argv = ['train', world.cells, '-l', 'is_tec', '-g', 'donor_id', '-m', world.model, '-o', out];
  const { code, out: text } = await runCli(...argv, '--json');
  expect(code).toBe(0);
  const outcome = JSON.parse(text) as Record<'scores' | 'logisticRegression', { cells: number; accuracy: number }>;
  expect(outcome.logisticRegression.cells).toBe(outcome.scores.cells);
  expect(outcome.logisticRegression.accuracy).toBeGreaterThan(0.9);
  const shown = await runCli(...argv);
  for (const part of ['accuracy', 'macro F1', 'Logistic regression', 'label / predicted', 'unknown']) {
    expect(shown.out).toContain(part);
  }
});

test('a table of vectors has the same numbers in every format', async () => {
  const path = (format: string): string => world.path(`vectors.${format}`);
  for (const format of ['csv', 'npz', 'parquet']) {
    expect(await runCli('embed', world.cells, '-m', world.model, '-o', path(format))).toMatchObject({ code: 0 });
  }
  const [header, first] = readFileSync(path('csv'), 'utf8').split('\n');
  expect(header.split(',').slice(0, 2)).toEqual(['cell_id', 'geneformer_0']);
  const fromCsv = first.split(',').slice(1).map(Number);

  const { asyncBufferFromFile, parquetReadObjects } = await import('hyparquet');
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(path('parquet')) });
  expect(rows.length).toBe(200);
  expect(Array.from({ length: 16 }, (_, i) => rows[0][`geneformer_${i}`])).toBeAllClose(fromCsv, { rtol: 1e-6 });

  const { unzipSync } = await import('fflate');
  const npy = unzipSync(readFileSync(path('npz')))['X.npy'];
  const start = 10 + npy[8] + 256 * npy[9];
  expect(Buffer.from(npy.subarray(10, start)).toString()).toContain("'shape': (200, 16)");
  expect(new Float32Array(npy.slice(start).buffer).subarray(0, 16)).toBeAllClose(fromCsv, { rtol: 1e-6 });
});

test('--quiet prints nothing, and --estimate writes nothing', async () => {
  const out = world.path('quiet.h5ad');
  expect(await runCli('embed', world.cells, '-m', world.model, '-o', out, '--quiet')).toEqual({
    code: 0,
    out: '',
    err: '',
  });
  const other = world.path('estimated.h5ad');
  const { out: text } = await runCli('embed', world.cells, '-m', world.model, '-o', other, '--estimate', '--json');
  expect(JSON.parse(text)).toMatchObject({ cells: 200, seconds: expect.any(Number), bytes: expect.any(Number) });
  expect([existsSync(out), existsSync(other)]).toEqual([true, false]);
});

test('map, genes, umap and evaluate work on embedded cells', async () => {
  const model = ['-m', world.model];
  const mapped = world.path('mapped.h5ad');
  const runs = [
    await runCli('map', world.cells, '-r', world.cells, '-l', 'cell_type', ...model, '-o', mapped, '--json'),
    await runCli('genes', world.cells, ...model, '-o', world.path('genes.h5ad'), '--near', 'AIRE', '--json'),
    await runCli('umap', mapped, '-c', 'cell_type,AIRE,mapped_score', '-o', world.path('umap.svg'), '--json'),
    await runCli('evaluate', world.cells, '-l', 'is_tec', '-b', 'donor_id', ...model, '--json'),
  ];
  expect(runs.map(({ code, err }) => [code, err])).toEqual(runs.map(() => [0, '']));
  expect(readFileSync(world.path('umap.svg'), 'utf8')).toContain('AIRE');
  const { scores, verdict } = JSON.parse(runs[3].out) as { scores: Record<string, { ilisi: number }>; verdict: string };
  expect(Object.keys(scores)).toEqual(['geneformer', 'pca', 'harmony']);
  expect(scores['harmony'].ilisi).toBeGreaterThan(scores['pca'].ilisi);
  expect(verdict).toMatch(/^Use .*overall: Geneformer 0\.\d+, PCA 0\.\d+, Harmony 0\.\d+/);
});
