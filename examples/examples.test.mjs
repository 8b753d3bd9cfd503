import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'geneformer-examples-'));
const at = (name) => path.join(folder, name);

/** Arguments of each script, in the order in which they depend on each other, and what it prints. */
const scripts = {
  'pretrain.mjs': [[at('corpus.h5ad'), at('model')], /model: \d+ weights, \d+ genes, loss \d/],
  'embed.mjs': [[at('cells.h5ad'), at('embedded.h5ad'), at('model')], /embedded.h5ad: 200 cells × 16/],
  'train.mjs': [
    [at('cells.h5ad'), at('classifier'), at('model')],
    /classifier: accuracy 0\.\d\d on \d+ cells of held-out donors/,
  ],
  'annotate.mjs': [
    [at('cells.h5ad'), at('annotated.h5ad'), at('classifier')],
    /annotated.h5ad: 200 cells, of which \d+ unknown/,
  ],
  'genes.mjs': [[at('cells.h5ad'), 'AIRE', at('model')], /^AIRE: \S+ -?[01]\.\d\d, /],
  'stop.mjs': [[at('cells.h5ad'), at('model')], /^stopped after \d+ of 200 cells/],
};

beforeAll(async () => {
  const { writeThymus } = await import('@geneformer-ts/simulate');
  await writeThymus(at('corpus.h5ad'), { seed: 1, preset: 'small' });
  await writeThymus(at('cells.h5ad'), { seed: 2, preset: 'small' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('every script is run', () => {
  const found = readdirSync(here).filter((name) => name.endsWith('.mjs') && !name.endsWith('.test.mjs'));
  expect(found.sort()).toEqual(Object.keys(scripts).sort());
});

test.each(Object.entries(scripts))('%s runs and prints one line', (script, [argv, output]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(here, script), ...argv], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(output);
  expect(stdout.trim().split('\n')).toHaveLength(1);
});
