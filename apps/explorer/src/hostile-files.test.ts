import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { hasChromium, reason, type Served, startPage } from './testing/chromium.js';

/** Damaged copies of each sample; the fuzzer reads thousands with the same readers. */
const COPIES = 2;
/** Longest wait for an answer of the page, in milliseconds; the files have few cells. */
const LONGEST = 60_000;
const MARKUP = '<img src=x onerror=alert(1)>';

const root = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const below = (path: string): string[] => readdirSync(root(path)).map((name) => root(`${path}/${name}`));

/** Sound files that the page reads, and files that point to others. */
const samples = [
  'packages/io/fixtures',
  'packages/io/fixtures/anndata',
  'packages/io/fixtures/outside',
  'tools/fuzz/samples',
]
  .flatMap(below)
  .filter((file) => /\.(h5ad|h5|loom)$/.test(file))
  .sort();

interface Damage {
  mutate: (random: object, bytes: Uint8Array, options?: { text?: boolean }) => Uint8Array;
  Random: new (seed: number) => object;
}

(hasChromium ? describe : describe.skip)(`damaged and hostile files on the page in Chromium${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-hostile-'));
  let served: Served;
  beforeAll(async () => {
    served = await startPage(join(folder, 'page'));
  });
  afterAll(async () => {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('each get a message, or are opened and embedded, without a hang and without a script of theirs', async () => {
    const { mutate } = (await import(root('tools/fuzz/mutate.mjs'))) as Damage;
    const { Random } = (await import(root('tools/fuzz/random.mjs'))) as Damage;
    const problems: string[] = [];
    const page = await served.open((opened) => {
      opened.on('dialog', (dialog) => {
        problems.push(`a script ran: ${dialog.message()}`);
        void dialog.dismiss();
      });
      opened.on('pageerror', ({ message }) => problems.push(message));
    });
    const table = Buffer.from(`gene,${MARKUP},b,c\n<script>alert(1)</script>,1,2,3\nENSG00000000003,2,0,5\n`);
    const files = [
      { name: 'markup.csv', bytes: table },
      ...Array.from({ length: 10 }, (_, seed) => ({
        name: `table${MARKUP}${seed}.csv`,
        bytes: Buffer.from(mutate(new Random(seed), table, { text: true })),
      })),
      ...samples.flatMap((file, at) =>
        Array.from({ length: COPIES }, (_, copy) => ({
          name: `${basename(file, extname(file))}${MARKUP}${copy}${extname(file)}`,
          // The first copy of a file that points to another file is as it was made.
          bytes:
            copy === 0 && file.includes('/outside/')
              ? readFileSync(file)
              : Buffer.from(mutate(new Random(COPIES * at + copy), readFileSync(file))),
        })),
      ),
    ];
    expect(files.length).toBeGreaterThan(50);

    const outcomes = { opened: 0, refused: 0 };
    const few = 'table.csv: 2 cells have a gene that the model knows; a map needs at least 3';
    expect(await dropped(page, 'table.csv', Buffer.from('gene,a,b\nENSG00000000003,2,5\n'))).toBe(few);
    for (const { name, bytes } of files) {
      const answer = await dropped(page, name, bytes).catch((error: Error) => `${name}: no answer: ${error.message}`);
      if (answer === '') outcomes.opened++;
      else outcomes.refused++;
      if (/no answer|load the page again|^\s*$/.test(answer) && answer !== '') problems.push(`${name}: ${answer}`);
      if (/canary\d|\b4242\b/.test((await page.textContent('body')) ?? ''))
        problems.push(`${name}: data of another file`);
    }
    expect(problems).toEqual([]);
    expect(outcomes.refused).toBeGreaterThan(20);
    expect(await page.locator('main :is(img, script, iframe)').count()).toBe(0);
  });
});

/** Drops a file on the page, and embeds its cells if it opens; returns the message, which is empty if nothing was refused. */
async function dropped(page: Page, name: string, bytes: Buffer): Promise<string> {
  await page.evaluate<void>(`(${DROP})(${JSON.stringify([name, bytes.toString('base64')])})`);
  const opening = await answered(page);
  if (opening !== '') return opening;
  await page.click('#embed');
  return answered(page);
}

async function answered(page: Page): Promise<string> {
  await page.waitForSelector('#cancel:disabled', { state: 'attached', timeout: LONGEST });
  return (await page.getAttribute('#status', 'class')) === 'error' ? ((await page.textContent('#status')) ?? '') : '';
}

/** Runs in the page: drops a file with this name and content. */
const DROP = `([name, content]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], name));
  document.getElementById('drop').dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}`;
