import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { AnnData } from '@geneformer-ts/io';
import { openListColumn } from '@geneformer-ts/io/datasets';
import { writeThymus } from '@geneformer-ts/simulate';
import { Geneformer } from 'geneformer';
import { tokensInPage } from './testing/calls-in-page.js';
import { hasChromium, reason, type Served, startPage } from './testing/chromium.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'explorer-'));
const cells = join(folder, 'cells.h5ad');
const page = join(folder, 'page');

beforeAll(async () => {
  await writeThymus(cells, { seed: 4, preset: 'small', cells: 60 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

(hasChromium ? describe : describe.skip)(`the page in Chromium${reason}`, () => {
  let served: Served;
  /** Method, address and size of the body of every request. */
  const requests: { method: string; url: string; body: number }[] = [];

  beforeAll(async () => {
    served = await startPage(page);
  });
  afterAll(() => served.close());

  const open = (): Promise<Page> =>
    served.open((opened) =>
      opened.on('request', (request) =>
        requests.push({ method: request.method(), url: request.url(), body: request.postDataBuffer()?.length ?? 0 }),
      ),
    );

  test('gives the tokens and vectors of Node, and writes them into an h5ad file; nothing leaves the page', async () => {
    const opened = await open();
    await opened.setInputFiles('#files', cells);
    await opened.waitForSelector('#embed:enabled');
    expect(await opened.textContent('#facts')).toContain('Cells60');
    await opened.click('#embed');
    await opened.waitForSelector('#train:enabled', { timeout: 200_000 });
    const [saved] = await Promise.all([opened.waitForEvent('download'), opened.click('#save-h5ad')]);
    const out = join(folder, 'out.h5ad');
    await saved.saveAs(out);

    await using model = await Geneformer.fromPretrained('mini', { onProgress: false });
    await using input = await AnnData.open(cells);
    const expected = await model.embed(input, { onProgress: false });
    await using output = await AnnData.open(out);
    const { data } = (await output.obsm.get('X_geneformer')) as { data: Float32Array };
    expect(data.length).toBe(expected.data.length);
    const furthest = expected.data.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i])), 0);
    expect(furthest).toBeLessThan(1e-4);
    expect(output.obs.index).toEqual(input.obs.index);

    await model.tokenize(input, join(folder, 'cells.dataset'), { onProgress: false });
    const list = await openListColumn(join(folder, 'cells.dataset'), 'input_ids');
    const tokens = Array.from({ length: list.rows }, (_, row) => {
      const ids = new Int32Array(list.lengths[row]);
      list.read(row, ids.length, ids, 0);
      return [...ids];
    });
    list.close();
    expect(await tokensInPage(opened, cells)).toEqual(tokens);

    expect(requests.filter(({ method, body }) => method !== 'GET' || body > 0)).toEqual([]);
    expect(
      requests.filter((request) => !request.url.startsWith(served.url) && !request.url.startsWith('blob:')),
    ).toEqual([]);
    await opened.close();
  });

  test('selects, ranks genes, labels and saves tables and maps; works without a network after the first load', async () => {
    const opened = await open();
    const idle = () => opened.waitForSelector('#cancel:disabled', { state: 'attached' });
    const after = async (button: string): Promise<void> => {
      await opened.click(button);
      await idle();
      expect(await opened.getAttribute('#status', 'class')).not.toBe('error');
    };
    const saved = async (button: string): Promise<string> => {
      const [file] = await Promise.all([opened.waitForEvent('download'), opened.click(button)]);
      await idle();
      return readFileSync(await file.path(), 'utf8');
    };
    await opened.setInputFiles('#files', cells);
    await opened.waitForSelector('#embed:enabled');
    await opened.click('#embed');
    await opened.waitForSelector('#train:enabled', { timeout: 200_000 });

    // Around all points of a map.
    await opened.locator('#umap').scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await opened.locator('#umap').boundingBox())!;
    await opened.mouse.move(x + 1, y + 1);
    await opened.mouse.down();
    for (const [right, down] of [
      [1, 0],
      [1, 1],
      [0, 1],
    ]) {
      await opened.mouse.move(x + 1 + right * (width - 2), y + 1 + down * (height - 2));
    }
    await opened.mouse.up();
    expect(await opened.textContent('#selected')).toBe('60 cells are selected.');
    await opened.locator('#legend button').first().click();
    expect(await opened.textContent('#selected')).not.toContain('60 cells');
    await after('#markers');
    expect(await opened.locator('#marker-table tr').count()).toBe(21);

    // A column with at least ten cells of some labels, as training demands.
    await opened.selectOption('#labels', 'label');
    await after('#train');
    expect(await opened.textContent('#confusion')).toMatch(/held-out cells got their label/);
    // The cells are their own reference, so the nearest cell of each has its label.
    await opened.setInputFiles('#reference', cells);
    await opened.fill('#reference-column', await opened.inputValue('#labels'));
    await after('#transfer');
    expect(await opened.textContent('#confusion')).toContain('unknown');
    const lines = (await saved('#save-csv')).trimEnd().split('\n');
    expect(lines).toHaveLength(61);
    expect(lines[0]).toMatch(/^cell,.*,predicted,score$/);
    expect((await saved('#save-svg')).match(/<circle/g)).toHaveLength(60);

    await opened.evaluate('navigator.serviceWorker.ready');
    await opened.waitForFunction('caches.keys().then((names) => names.length === 1)');
    await opened.context().setOffline(true);
    await opened.reload();
    await opened.locator('#engine', { hasText: 'Computes' }).waitFor({ timeout: 60_000 });
    await opened.setInputFiles('#files', cells);
    await opened.waitForSelector('#embed:enabled');
    expect(await opened.textContent('#facts')).toContain('Cells60');
    await opened.close();
  });

  test('stops an embedding that is canceled', async () => {
    const opened = await open();
    await opened.setInputFiles('#files', cells);
    await opened.waitForSelector('#embed:enabled');
    await opened.click('#embed');
    await opened.click('#cancel');
    await opened.waitForSelector('#status.error');
    expect(await opened.textContent('#status')).toBe('canceled');
    await opened.close();
  });

  test('answers a damaged file with a message, and runs no markup of a file name', async () => {
    const opened = await open();
    const buffer = Buffer.concat([Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), Buffer.alloc(400, 7)]);
    await opened.setInputFiles('#files', { name: '<img src=x onerror=alert(1)>.h5ad', mimeType: '', buffer });
    await opened.waitForSelector('#status.error');
    expect(await opened.textContent('#status')).toContain('cannot be opened as HDF5');
    expect(await opened.locator('main img').count()).toBe(0);
    await opened.close();
  });

  test('has no serious accessibility fault at 400 and 1440 px, light and dark', async () => {
    const axe = readFileSync(here('../node_modules/axe-core/axe.min.js'), 'utf8');
    for (const width of [400, 1440]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const opened = await served.browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        await opened.goto(served.url);
        // Evaluated by the debugger, which the policy of the page does not concern.
        await opened.evaluate(axe);
        const faults = await opened.evaluate<string[]>(
          `axe.run().then(({ violations }) => violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
        );
        expect(faults).toEqual([]);
        expect(await opened.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        await opened.close();
      }
    }
  });
});
