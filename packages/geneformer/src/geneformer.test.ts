import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { columnAsStrings } from '@geneformer-ts/io';
import { AnnData, CellClassifier, Geneformer, toCategorical } from './index.js';
import { labelByVectors } from './parts.js';
import { tinyWorld, type TinyWorld } from './testing/tiny-model.js';

let world: TinyWorld;
beforeAll(async () => {
  world = await tinyWorld();
});
afterAll(() => world.remove());

describe('a pretrained model', () => {
  test('embeds the cells of a file in their order, and the file can be written with the vectors', async () => {
    await using model = await Geneformer.fromPretrained(world.model);
    await using cells = await AnnData.open(world.cells);
    const embedding = await model.embed(cells);
    expect(embedding).toMatchObject({ rows: 200, cols: 16, report: { species: 'human', countsFrom: 'X' } });
    expect(embedding.data.every(Number.isFinite)).toBe(true);

    cells.obsm.set('X_geneformer', embedding);
    await cells.write(world.path('embedded.h5ad'));
    await using written = await AnnData.open(world.path('embedded.h5ad'));
    expect(await written.obsm.get('X_geneformer')).toEqual({ rows: 200, cols: 16, data: embedding.data });
  });

  test('leaves no temporary folder, also when the call is aborted', async () => {
    const before = readdirSync(tmpdir());
    await using model = await Geneformer.fromPretrained(world.model);
    await using cells = await AnnData.open(world.cells);
    await model.embed(cells);
    const stop = new AbortController();
    const onProgress = (): void => stop.abort(new Error('stopped'));
    await expect(model.embed(cells, { onProgress, signal: stop.signal })).rejects.toThrow('stopped');
    expect(readdirSync(tmpdir())).toEqual(before);
  });

  test.each([
    [
      'no-such-model',
      /model 'no-such-model': is neither a folder nor a known model; use a folder, or one of: mini, V1-10M/,
    ],
    ['./nowhere', /model '.\/nowhere': is not a folder; check the path/],
  ])('%s is refused in one line', async (name, message) => {
    await expect(Geneformer.fromPretrained(name)).rejects.toThrow(message);
  });

  test('of the catalog is not downloaded when only local files are allowed', async () => {
    await expect(Geneformer.fromPretrained('V1-10M', { localFilesOnly: true })).rejects.toMatchObject({
      tag: 'AssetOfflineError',
    });
  });
});

describe('a classifier', () => {
  test('is trained, saved, loaded, and labels the same cells in the same way', async () => {
    await using model = await Geneformer.fromPretrained(world.model);
    await using cells = await AnnData.open(world.cells);
    const trained = await model.finetune(cells, { labels: 'cell_type', groupBy: 'donor_id' });
    const { report } = trained;
    expect(report.cells.train + report.cells.validation + report.cells.test).toBeLessThanOrEqual(200);
    expect(report.scores.accuracy).toBeGreaterThan(0.25);

    const before = await trained.annotate(cells);
    await trained.save(world.path('classifier'));
    await using loaded = await CellClassifier.load(world.path('classifier'));
    const after = await loaded.annotate(cells);
    expect(after.label).toEqual(before.label);
    expect(after.score).toEqual(before.score);
    expect(loaded.report).toEqual(JSON.parse(JSON.stringify(report)));

    cells.obs.set('predicted', toCategorical(after.label));
    await cells.write(world.path('annotated.h5ad'));
    expect(existsSync(world.path('annotated.h5ad'))).toBe(true);
  });

  test('gives the same labels from vectors that are already computed, for all cells of a half-labeled file', async () => {
    await using model = await Geneformer.fromPretrained(world.model);
    await using cells = await AnnData.open(world.cells);
    const types = columnAsStrings(cells.obs.get('cell_type')).map(
      (type) => type?.match(/TEC|thymocyte/)?.[0] ?? 'other',
    );
    cells.obs.set('half', toCategorical(types.map((type, row) => (row % 2 === 0 ? type : null))));
    const trained = await model.finetune(cells, { labels: 'half' });
    const expected = await trained.annotate(cells);

    const found = labelByVectors(cells, 'half', await model.embed(cells));
    expect(found.label).toEqual(expected.label);
    expect(found.labels).toEqual(expected.labels);
    expect(found.scores).toEqual(trained.report.scores);
    expect(found.score.every((value, row) => Math.abs(value - expected.score[row]) < 1e-4)).toBe(true);
    expect(new Set(found.label).size).toBeGreaterThan(2);
    trained.dispose();
  });

  test('never has a group in two parts', async () => {
    await using model = await Geneformer.fromPretrained(world.model);
    await using cells = await AnnData.open(world.cells);
    const { parts } = await model.finetune(cells, { labels: 'cell_type', groupBy: 'donor_id' });
    const donors = cells.obs.get('donor_id') as { codes: Int32Array };
    const of = (rows: Int32Array): Set<number> => new Set(Array.from(rows, (row) => donors.codes[row]));
    const test = of(parts!.test);
    expect([...of(parts!.train), ...of(parts!.validation)].filter((donor) => test.has(donor))).toEqual([]);
  });
});
