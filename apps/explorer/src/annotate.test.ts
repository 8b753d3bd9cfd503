import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnnData, columnAsStrings, toCategorical, writeH5ad } from '@geneformer-ts/io';
import { simulateThymus } from '@geneformer-ts/simulate';
import { CellClassifier, Geneformer } from 'geneformer';
import { hasChromium, reason, type Served, startPage } from './testing/chromium.js';

const HALF = 60;

(hasChromium ? describe : describe.skip)(`labels of the page in Chromium${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-labels-'));
  const path = (name: string): string => join(folder, name);
  let served: Served;
  beforeAll(async () => {
    await writeHalves(path);
    served = await startPage(path('page'));
  });
  afterAll(async () => {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('of the half of a file without labels are those that train on the other half and annotate give', async () => {
    const page = await served.open();
    await page.setInputFiles('#files', path('both.h5ad'));
    await page.waitForSelector('#embed:enabled');
    await page.click('#embed');
    await page.waitForSelector('#train:enabled', { timeout: 200_000 });
    await page.selectOption('#labels', 'kind');
    await page.click('#train');
    await page.locator('#confusion', { hasText: 'held-out cells' }).waitFor();
    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#save-h5ad')]);
    await saved.saveAs(path('out.h5ad'));
    await using output = await AnnData.open(path('out.h5ad'));
    const inPage = columnAsStrings(output.obs.get('predicted'));

    // What the commands train and annotate do, with two files.
    await using model = await Geneformer.fromPretrained('mini', { onProgress: false });
    await using train = await AnnData.open(path('train.h5ad'));
    await using trained = await model.finetune(train, { labels: 'kind', onProgress: false });
    await trained.save(path('classifier'));
    await using classifier = await CellClassifier.load(path('classifier'));
    await using other = await AnnData.open(path('other.h5ad'));
    const { label } = await classifier.annotate(other, { onProgress: false });

    expect(inPage.slice(HALF)).toEqual(label);
    expect(new Set(label).size).toBeGreaterThan(1);
    const share = `${(100 * trained.report.scores.accuracy).toFixed(1)} % of ${trained.report.scores.cells} held-out`;
    expect(await page.textContent('#confusion')).toContain(share);
  });
});

/** Writes simulated cells as one file in which the first half has labels, and as a file of each half. */
async function writeHalves(path: (name: string) => string): Promise<void> {
  const cells = simulateThymus({ seed: 4, preset: 'small', cells: 2 * HALF });
  const types = columnAsStrings(cells.obs.columns.get('cell_type')!);
  const kinds = types.map((type) => (/TEC|thymocyte/.test(type ?? '') ? 'thymus' : 'other'));
  const write = async (name: string, from: number, to: number): Promise<void> => {
    const labels = kinds.slice(from, to).map((kind, at) => (from + at < HALF ? kind : null));
    await writeH5ad(path(name), {
      obs: { index: cells.obs.index.slice(from, to), columns: new Map([['kind', toCategorical(labels)]]) },
      var: cells.var,
      blocks: rowsOf(cells, from, to),
    });
  };
  await write('both.h5ad', 0, 2 * HALF);
  await write('train.h5ad', 0, HALF);
  await write('other.h5ad', HALF, 2 * HALF);
}

function* rowsOf(cells: ReturnType<typeof simulateThymus>, from: number, to: number) {
  for (const block of cells.blocks({ rows: HALF })) {
    if (block.rowStart >= from && block.rowStart < to) yield { ...block, rowStart: block.rowStart - from };
  }
}
