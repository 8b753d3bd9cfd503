import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { AnnData, columnAsStrings, openAnnData } from '@geneformer-ts/io';
import { writeThymus } from '@geneformer-ts/simulate';
import { CellClassifier, Geneformer } from 'geneformer';
import { hasChromium, reason, type Served, startPage } from './testing/chromium.js';

(hasChromium ? describe : describe.skip)(`folders, the example and deletion in Chromium${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-folders-'));
  const path = (name: string): string => join(folder, name);
  let served: Served;
  beforeAll(async () => {
    await writeThymus(path('cells.h5ad'), { seed: 4, preset: 'small', cells: 60 });
    await using model = await Geneformer.fromPretrained('mini', { onProgress: false });
    await using cells = await AnnData.open(path('cells.h5ad'));
    await using trained = await model.finetune(cells, { labels: 'label', onProgress: false });
    await trained.save(path('my classifier'));
    served = await startPage(path('page'));
  });
  afterAll(async () => {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Waits until the page computes no longer, and returns its message. */
  const idle = async (page: Page): Promise<string> => {
    await page.waitForSelector('#cancel:disabled', { state: 'attached', timeout: 200_000 });
    return (await page.getAttribute('#status', 'class')) === 'error' ? ((await page.textContent('#status')) ?? '') : '';
  };

  test('a classifier of the command gives the labels of annotate, and a gene is deleted as perturb does', async () => {
    const page = await served.open();
    await page.setInputFiles('#model-folder', path('my classifier'));
    expect(await idle(page)).toBe('');
    expect(await page.textContent('#model')).toMatch(
      /^Model: my classifier, \d\.\d million weights; classifier of 2 labels: cTEC, mTEC\.$/,
    );
    await page.setInputFiles('#files', path('cells.h5ad'));
    await page.waitForSelector('#embed:enabled');
    await page.click('#embed');
    expect(await idle(page)).toBe('');
    await page.click('#classify');
    expect(await idle(page)).toBe('');
    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#save-h5ad')]);
    await using output = await AnnData.open(await saveAs(saved, path('out.h5ad')));
    await using classifier = await CellClassifier.load(path('my classifier'));
    await using cells = await AnnData.open(path('cells.h5ad'));
    const { label, score, threshold } = await classifier.annotate(cells, { onProgress: false });
    const predicted = columnAsStrings(output.obs.get('predicted'));
    // The threshold is the score of a cell that the classifier was calibrated with, which rounding moves to either side.
    const differing = label.flatMap((name, row) => (predicted[row] === name ? [] : [row]));
    expect(differing.length).toBeLessThanOrEqual(1);
    for (const row of differing) expect(Math.abs(score[row] - threshold)).toBeLessThan(1e-4);
    const { accuracy, cells: held } = classifier.report.scores;
    const share = `${(100 * accuracy).toFixed(1)} % of ${held} held-out`;
    expect(await page.textContent('#confusion')).toContain(share);

    // The cells of one type are selected by the legend.
    await page.fill('#color', 'cell_type');
    await page.click('#recolor');
    expect(await idle(page)).toBe('');
    const entry = page.locator('#legend button').first();
    await entry.click();
    const type = (await entry.textContent())?.replace(/ \(\d+\)$/, '');
    const types = columnAsStrings(cells.obs.get('cell_type'));
    const rows = [...types.keys()].filter((row) => types[row] === type);
    await using model = await Geneformer.fromPretrained(path('my classifier'), { onProgress: false });
    const gene = await mostCounted(path('cells.h5ad'), rows, (id) => model.vocabulary.idOf.has(id));
    const { effects, cells: drawn } = await model.perturb(cells, path('deleted'), {
      genes: [gene],
      rows,
      maxCells: 50,
      nullGenes: 20,
      onProgress: false,
    });
    await page.fill('#gene', gene);
    await page.click('#delete-gene');
    expect(await idle(page)).toBe('');
    const text = (await page.textContent('#deletion')) ?? '';
    expect(text).toContain(`of ${drawn} cells of the selection`);
    expect(effects?.[0].cells).toBeGreaterThan(0);
    expect(Number(/turn by ([\d.e-]+)/.exec(text)?.[1])).toBeCloseTo(effects?.[0].effect ?? NaN, 4);
    await page.fill('#gene', 'NOSUCHGENE');
    await page.click('#delete-gene');
    expect(await idle(page)).toContain("the model does not know 'NOSUCHGENE'");

    const [picture] = await Promise.all([page.waitForEvent('download'), page.click('#save-png')]);
    expect(
      readFileSync(await picture.path())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    await page.close();
  });

  test('a folder that is not a model is named, without a path in memory', async () => {
    const page = await served.open();
    mkdirSync(path('broken'));
    writeFileSync(path('broken/config.json'), '{}');
    writeFileSync(path('broken/model.safetensors'), 'nothing');
    await page.setInputFiles('#model-folder', path('broken'));
    expect(await idle(page)).toMatch(/^broken: has no vocabulary\.json/);
    writeFileSync(path('broken/vocabulary.json'), '{}');
    await page.setInputFiles('#model-folder', path('broken'));
    expect(await idle(page)).toMatch(/^broken\/[^/]+: /);
    await page.close();
  });

  test('the example has simulated cells, and says so', async () => {
    const page = await served.open();
    await page.click('#example');
    expect(await idle(page)).toBe('');
    expect(await page.textContent('#facts')).toMatch(/Filesimulated cells\.h5ad \(h5ad\)Cells200/);
    expect(await page.isEnabled('#embed')).toBe(true);
    await page.close();
  });

  test('a report of a study is shown as text and pictures, and runs nothing', async () => {
    const problems: string[] = [];
    const page = await served.open((opened) => {
      opened.on('dialog', (dialog) => {
        problems.push(dialog.message());
        void dialog.dismiss();
      });
      opened.on('request', (request) => {
        if (request.url().includes('evil')) problems.push(request.url());
      });
    });
    mkdirSync(path('results/figures'), { recursive: true });
    writeFileSync(path('results/metrics.json'), '{}');
    writeFileSync(path('results/manifest.json'), '{}');
    writeFileSync(
      path('results/report.html'),
      `<!doctype html><title>t</title><style>body { display: none }</style><script>alert('script')</script>
      <main><h2 onclick="alert(1)" id="embed">Scores</h2><p style="position:fixed">Accuracy <b>0.96</b></p>
      <table><tr><th>fold</th><td>1</td></tr></table><img src=x onerror="alert('image')"><a href="javascript:alert(2)">link</a>
      <iframe src="https://evil.example/"></iframe><form action="https://evil.example/"><input></form><noscript><img src=https://evil.example/n></noscript>
      <figure><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4" onload="alert('svg')"><title>Bars</title><script>alert('inside')</script>
      <image href="https://evil.example/i.png"/><rect width="4" height="4"/></svg><figcaption>Figure 1</figcaption></figure></main>`,
    );
    await dropFolder(page, path('results'));
    await page.waitForSelector('#results-section', { state: 'visible' });
    expect(await idle(page)).toBe('');
    const text = await page.textContent('#results');
    for (const part of ['Scores', 'Accuracy 0.96', 'fold', 'Figure 1', 'link']) expect(text).toContain(part);
    expect(text).not.toMatch(/alert|display/);
    await page.waitForFunction("document.querySelector('#results img')?.naturalWidth > 0");
    expect(await page.getAttribute('#results img', 'alt')).toBe('Bars');
    expect(
      await page.locator('#results :is(script, style, iframe, form, input, svg, a, [id], [style], [onclick])').count(),
    ).toBe(0);

    rmSync(path('results/report.html'));
    writeFileSync(
      path('results/figures/figure1.svg'),
      `<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4" onload="alert(3)"/>`,
    );
    await page.setInputFiles('#folder', path('results'));
    expect(await idle(page)).toBe('');
    expect(await page.textContent('#results')).toBe('figures/figure1.svg');
    expect(problems).toEqual([]);
    await page.close();
  });
});

/** Returns the gene with most counts in some rows, of those that are wanted. */
async function mostCounted(path: string, rows: readonly number[], isWanted: (id: string) => boolean): Promise<string> {
  const matrix = await openAnnData(path);
  const sums = new Float64Array(matrix.nVars);
  for await (const { rowStart, rows: size, indptr, indices, data } of matrix.blocks()) {
    for (const row of rows.filter((one) => one >= rowStart && one < rowStart + size)) {
      for (let k = indptr[row - rowStart]; k < indptr[row - rowStart + 1]; k++) sums[indices[k]] += data[k];
    }
  }
  await matrix.close();
  const order = [...sums.keys()].sort((a, b) => sums[b] - sums[a]);
  return matrix.var.index[order.find((gene) => isWanted(matrix.var.index[gene])) as number];
}

/** Drops a folder of the disk on the page, as a person does with the mouse. */
async function dropFolder(page: Page, folder: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 100, y: 100, data });
  }
}

async function saveAs(file: { saveAs: (path: string) => Promise<void> }, path: string): Promise<string> {
  await file.saveAs(path);
  return path;
}
