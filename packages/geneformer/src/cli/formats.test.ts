import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AnnData, type NumberMatrix } from '@geneformer-ts/io';
import { writeOtherFormats } from '../testing/file-formats.js';
import { runCli } from '../testing/run-cli.js';
import { tinyWorld, type TinyWorld, trainTiny } from '../testing/tiny-model.js';

let world: TinyWorld;
let files: Record<string, string>;
const hasLabels = (format: string): boolean => /h5ad|zarr/.test(format);
beforeAll(async () => {
  world = await tinyWorld();
  files = { h5ad: world.cells, ...(await writeOtherFormats(world.cells, world.folder)) };
  await trainTiny(world, '--quiet');
});
afterAll(() => world.remove());

describe.each(['h5ad', 'zarr 2', 'zarr 3', 'csv', 'mtx'])('a file in the format %s', (format) => {
  const run = (command: string, ...argv: string[]) => runCli(command, files[format], ...argv, '--json');

  test('is inspected', async () => {
    const { code, out } = await run('inspect', '-m', world.model);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      format: format.split(' ')[0],
      cells: 200,
      genes: 600,
      countsFrom: 'X',
      species: 'human',
    });
    const { next } = JSON.parse(out) as { next: string[] };
    expect(next[0]).toMatch(hasLabels(format) ? /^geneformer train .* --label/ : /^geneformer embed/);
    expect(next[1]).toMatch(/^geneformer annotate/);
  });

  test('is embedded with the same vectors as from every other format', async () => {
    const out = world.path(`${format}-embedded.h5ad`);
    expect(await run('embed', '-m', world.model, '-o', out)).toMatchObject({ code: 0 });
    await using written = await AnnData.open(out);
    await using reference = await AnnData.open(world.cells);
    const { data } = (await written.obsm.get('X_geneformer')) as NumberMatrix;
    const { Geneformer } = await import('../geneformer.js');
    await using model = await Geneformer.fromPretrained(world.model);
    expect(data).toBeAllClose((await model.embed(reference)).data, { atol: 1e-5 });
    expect(written.obs.index).toEqual(reference.obs.index);
  });

  test('is annotated', async () => {
    const out = world.path(`${format}-annotated.h5ad`);
    const { code, out: text } = await run('annotate', '-m', world.path('classifier'), '-o', out);
    expect(code).toBe(0);
    const { labels } = JSON.parse(text) as { labels: Record<string, number> };
    expect(Object.values(labels).reduce((a, b) => a + b, 0)).toBe(200);
    await using written = await AnnData.open(out);
    expect(written.obs.get('geneformer_label').kind).toBe('categorical');
  });

  test('is the reference and the query of a map, and trains a classifier, if it has labels', async () => {
    if (!hasLabels(format)) {
      const { code, err } = await run('train', '-l', 'cell_type', '-m', world.model, '-o', world.path('no-labels'));
      expect([code, err]).toEqual([1, expect.stringMatching(/no obs column 'cell_type'/)]);
      return;
    }
    const labeled = ['-l', 'cell_type', '-m', world.model];
    const mapped = await run('map', '-r', files[format], ...labeled, '-o', world.path(`${format}-mapped.zarr`));
    expect(mapped.code).toBe(0);
    await using written = await AnnData.open(world.path(`${format}-mapped.zarr`));
    expect([written.nObs, written.obs.has('mapped_label')]).toEqual([200, true]);
    const trained = await run('train', ...labeled, '--no-baseline', '-o', world.path(`${format}-classifier`));
    expect(trained.code).toBe(0);
  });

  test('is tokenized', async () => {
    const { code, out } = await run('tokenize', '-m', world.model, '-o', world.path(`${format}.dataset`));
    expect([code, (JSON.parse(out) as { cells: number }).cells]).toEqual([0, 200]);
  });
});
