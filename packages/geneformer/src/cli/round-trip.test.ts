import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { runCli } from '../testing/run-cli.js';
import { tinyWorld, type TinyWorld, trainTiny } from '../testing/tiny-model.js';

const python = process.env['GENEFORMER_PYTHON'] ?? 'python3';
const hasAnndata = spawnSync(python, ['-c', 'import anndata']).status === 0;
const script = fileURLToPath(new URL('../../../../tools/parity/geneformer-round-trip.py', import.meta.url));

let world: TinyWorld;
beforeAll(async () => {
  if (hasAnndata) world = await tinyWorld();
});
afterAll(() => world?.remove());

const reason = `(skipped: ${python} has no anndata)`;
(hasAnndata ? describe : describe.skip)(`Python's anndata reads what is written ${hasAnndata ? '' : reason}`, () => {
  const compared = (before: string, after: string) => spawnSync(python, [script, before, after], { encoding: 'utf8' });

  test('by embed, with everything else as it was', async () => {
    const out = world.path('embedded.h5ad');
    expect(await runCli('embed', world.cells, '-m', world.model, '-o', out)).toMatchObject({ code: 0 });
    const { status, stdout } = compared(world.cells, out);
    expect(status).toBe(0);
    expect(stdout).toContain("'obs': [], 'obsm': ['X_geneformer'], 'uns': ['geneformer']");
  });

  test('by annotate, with everything else as it was', async () => {
    const classifier = await trainTiny(world, '--no-baseline');
    const out = world.path('annotated.h5ad');
    expect(await runCli('annotate', world.cells, '-m', classifier, '-o', out)).toMatchObject({ code: 0 });
    const { status, stdout } = compared(world.cells, out);
    expect(status).toBe(0);
    expect(stdout).toContain("'obs': ['geneformer_label', 'geneformer_score']");
  });
});
