import { AnnData, toCategorical } from '@geneformer-ts/io';
import { BertForMaskedLM, presetConfig } from '@geneformer-ts/model';
import { loadVocabulary, saveVocabulary } from '@geneformer-ts/tokenizer';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBackend } from '../backend.js';
import { Geneformer } from '../geneformer.js';
import { type CliRun, runCli } from '../testing/run-cli.js';

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
const python = process.env['GENEFORMER_PYTHON'] ?? 'python3';
const hasAnndata = spawnSync(python, ['-c', 'import anndata']).status === 0;
const script = fileURLToPath(new URL('../../../../tools/parity/geneformer-real-files.py', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'geneformer-real-'));
const path = (name: string): string => join(folder, name);
const model = path('v1');
/** Inputs of runs that ended well, each with its output. */
const written: [string, string][] = [];

beforeAll(async () => {
  if (!isPresent) return;
  await ensureBackend();
  const vocabulary = await loadVocabulary('V1', dictionaries);
  const config = { ...presetConfig('tiny', vocabulary.size), max_position_embeddings: 2048 };
  const encoder = BertForMaskedLM.fromConfig(config, { vocabulary });
  await encoder.savePretrained(model);
  encoder.dispose();
  await saveVocabulary(path('v1/vocabulary.json'), vocabulary);
  // Real cells with labels that mean nothing, to annotate the others with.
  await using cells = await AnnData.open(join(data, 'tenx-fixtures/liger/ctrl.h5'));
  cells.obs.set('label', toCategorical(cells.obs.index.map((_, row) => `type ${row % 3}`)));
  await cells.write(path('reference.h5ad'));
  await using trained = await Geneformer.fromPretrained(model);
  await using labeled = await AnnData.open(path('reference.h5ad'));
  await using made = await trained.finetune(labeled, { labels: 'label' });
  await made.save(path('classifier'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Whether a run ended well. Otherwise it must have printed one line that says why. */
function endedWell({ code, out, err }: CliRun): boolean {
  expect(err).not.toMatch(/internal error/);
  if (code === 0) {
    expect(JSON.parse(out)).toHaveProperty('cells');
    return true;
  }
  const lines = err
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('note:'));
  expect([code, lines.length]).toEqual([code === 2 ? 2 : 1, 1]);
  return false;
}

const reason = isPresent ? '' : ' (skipped: GENEFORMER_DATA has no geneformer-dicts)';
(isPresent ? describe : describe.skip)(`real files${reason}`, () => {
  test.each(real.map((name, at) => [name, at] as const))(
    '%s: each command works, or says in one line why not',
    async (name, at) => {
      const file = join(data!, name);
      const run = (command: string, ...argv: string[]) => runCli(command, file, '-m', model, ...argv, '--json');
      endedWell(await run('inspect'));
      const outputs = [`${at}.h5ad`, `${at}.zarr`].map(path);
      for (const out of outputs) if (endedWell(await run('embed', '-o', out))) written.push([file, out]);
      const isEmbedded = outputs.some((out) => existsSync(out));
      expect(endedWell(await run('embed', '-o', path(`${at}.parquet`)))).toBe(isEmbedded);
      expect(endedWell(await run('tokenize', '-o', path(`${at}.dataset`)))).toBe(isEmbedded);
      const annotated = path(`${at}-annotated.h5ad`);
      const annotating = await runCli('annotate', file, '-m', path('classifier'), '-o', annotated, '--json');
      expect(endedWell(annotating)).toBe(isEmbedded);
      const mapped = path(`${at}-mapped.zarr`);
      expect(endedWell(await run('map', '-r', path('reference.h5ad'), '-l', 'label', '-o', mapped))).toBe(isEmbedded);
      if (isEmbedded) written.push([file, annotated], [file, mapped]);
      if (isEmbedded) {
        const label = ['--min-cells', '5', '-l', 'no such column', '-o', path(`${at}-classifier`)];
        const { code, err } = await run('train', ...label);
        expect([code, err]).toEqual([1, expect.stringMatching(/no obs column 'no such column'/)]);
      }
    },
  );

  test('most of them are readable, and more than a third have genes of the model', () => {
    expect(real.length).toBeGreaterThan(10);
    expect(new Set(written.map(([file]) => file)).size).toBeGreaterThan(real.length / 3);
  });

  const noPython = hasAnndata ? '' : ` (skipped: ${python} has no anndata)`;
  (hasAnndata ? test : test.skip)(`Python's anndata finds the input and the vectors in each output${noPython}`, () => {
    const { status, stdout, stderr } = spawnSync(python, [script, ...written.flat()], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout.trim().split('\n')).toHaveLength(written.length);
  });
});
