import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BertForMaskedLM, presetConfig } from '@geneformer-ts/model';
import { AnnData, type NumberMatrix } from '@geneformer-ts/io';
import { loadVocabulary, saveVocabulary } from '@geneformer-ts/tokenizer';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBackend } from '../backend.js';
import { writeOtherFormats } from '../testing/file-formats.js';
import { runCli } from '../testing/run-cli.js';
import { tinyWorld, type TinyWorld, trainTiny } from '../testing/tiny-model.js';

let world: TinyWorld;
let files: Record<string, string>;
beforeAll(async () => {
  world = await tinyWorld();
  files = { h5ad: world.cells, ...(await writeOtherFormats(world.cells, world.folder)) };
  await trainTiny(world, '--quiet');
});
afterAll(() => world.remove());

describe.each(['h5ad', 'csv', 'mtx'])('a file in the format %s', (format) => {
  const run = (command: string, ...argv: string[]) => runCli(command, files[format], ...argv, '--json');

  test('is inspected', async () => {
    const { code, out } = await run('inspect', '-m', world.model);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ format, cells: 200, genes: 600, countsFrom: 'X', species: 'human' });
    const { next } = JSON.parse(out) as { next: string[] };
    expect(next[0]).toMatch(format === 'h5ad' ? /^geneformer train .* --label/ : /^geneformer embed/);
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

  test('is tokenized', async () => {
    const { code, out } = await run('tokenize', '-m', world.model, '-o', world.path(`${format}.dataset`));
    expect([code, (JSON.parse(out) as { cells: number }).cells]).toEqual([0, 200]);
  });
});

const data = process.env['GENEFORMER_DATA'];
const dictionaries = data === undefined ? '' : join(data, 'geneformer-dicts');
const isPresent = data !== undefined && existsSync(dictionaries);
const real = isPresent
  ? ['h5ad-fixtures', 'loom-fixtures', 'tenx-fixtures'].flatMap((folder) =>
      readdirSync(join(data, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(h5ad|loom|h5|mtx|mtx\.gz)$/.test(name))
        .map((name) => join(folder, name)),
    )
  : [];

(isPresent ? describe : describe.skip)(
  `real files${isPresent ? '' : ' (skipped: GENEFORMER_DATA has no geneformer-dicts)'}`,
  () => {
    beforeAll(async () => {
      await ensureBackend();
      const vocabulary = await loadVocabulary('V1', dictionaries);
      mkdirSync(world.path('v1'));
      const config = { ...presetConfig('tiny', vocabulary.size), max_position_embeddings: 2048 };
      const model = BertForMaskedLM.fromConfig(config, { vocabulary });
      await model.savePretrained(world.path('v1'));
      model.dispose();
      await saveVocabulary(world.path('v1/vocabulary.json'), vocabulary);
    });

    test.each(real)('%s: each command works, or says in one line why not', async (name) => {
      const file = join(data!, name);
      const out = world.path('real.h5ad');
      const runs = [
        await runCli('inspect', file, '-m', world.path('v1'), '--json'),
        await runCli('embed', file, '-m', world.path('v1'), '-o', out, '--json'),
        await runCli('embed', file, '-m', world.path('v1'), '-o', world.path('real.parquet'), '--json'),
      ];
      for (const { code, out: text, err } of runs) {
        expect(err).not.toMatch(/internal error/);
        if (code === 0) expect(JSON.parse(text)).toHaveProperty('cells');
        else
          expect([
            code,
            err
              .trim()
              .split('\n')
              .filter((line) => !line.startsWith('note:')).length,
          ]).toEqual([code === 2 ? 2 : 1, 1]);
      }
    });

    test('most of them are readable', () => {
      expect(real.length).toBeGreaterThan(10);
    });
  },
);
