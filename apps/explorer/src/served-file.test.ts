import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PAGE_POLICY } from '@geneformer-ts/page';
import { writeThymus } from '@geneformer-ts/simulate';
import { hasChromium, reason, type Served, startPage } from './testing/chromium.js';

test('the policy of the page is that of its server', () => {
  const html = readFileSync(new URL('../public/index.html', import.meta.url), 'utf8');
  expect(html).toContain(`content="${PAGE_POLICY}"`);
});

(hasChromium ? describe : describe.skip)(`geneformer explore with a file, in Chromium${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-served-'));
  const cells = join(folder, 'thymus 100%.h5ad');
  let served: Served;
  beforeAll(async () => {
    await writeThymus(cells, { seed: 4, preset: 'small', cells: 40 });
    served = await startPage(join(folder, 'page'), cells);
  });
  afterAll(async () => {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('opens it, reads it in ranges, and saves it with additions', async () => {
    const ranges: string[] = [];
    const page = await served.open((opened) =>
      opened.on('response', (response) => {
        if (!response.url().includes('/file/') || response.request().method() === 'HEAD') return;
        ranges.push(`${response.status()} ${response.headers()['content-range']}`);
      }),
    );
    await page.waitForSelector('#embed:enabled');
    expect(await page.textContent('#facts')).toMatch(/^Filethymus 100%\.h5ad \(h5ad\)Cells40/);
    expect(ranges.length).toBeGreaterThan(0);
    expect(ranges.filter((range) => !/^206 bytes \d+-\d+\/\d+$/.test(range))).toEqual([]);

    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#save-h5ad')]);
    expect(saved.suggestedFilename()).toBe('thymus 100%.geneformer.h5ad');
    // Nothing was computed yet, so the copy has the bytes of the file.
    expect(readFileSync(await saved.path()).equals(readFileSync(cells))).toBe(true);
  });
});
