import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { servePage } from '@geneformer-ts/page';

export const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);

/** Whether a Chromium was found, and the reason to put into the title of tests that are skipped without one. */
export const hasChromium = executablePath !== undefined;
export const reason = hasChromium
  ? ''
  : ' (skipped: no Chromium in /usr/bin; install it with apt-get install chromium)';

/** The page, built and served on this computer, and a browser. */
export interface Served {
  url: string;
  browser: Browser;
  /** Opens the page and waits until it can compute. `onPage` may listen before the page loads; `query` ends the address. */
  open: (onPage?: (page: Page) => void, query?: string) => Promise<Page>;
  close: () => Promise<void>;
}

/**
 * Builds the page into a folder, serves it as `geneformer explore` does, and starts Chromium.
 *
 * @param folder is replaced
 * @param file the page opens it; the page is then built as it is published
 * @param flags of Chromium
 */
export async function startPage(folder: string, file?: string, flags: readonly string[] = []): Promise<Served> {
  const builder = fileURLToPath(new URL('../../build.mjs', import.meta.url));
  const { buildPage } = (await import(builder)) as {
    buildPage: (out: string, options: { isCompressed: boolean }) => Promise<void>;
  };
  await buildPage(folder, { isCompressed: file !== undefined });
  const { url, close: stop } = await servePage({ folder, ...(file !== undefined && { file }) });
  const browser = await chromium.launch({
    executablePath: executablePath!,
    args: ['--no-sandbox', '--enable-unsafe-swiftshader', ...flags],
  });
  const open: Served['open'] = async (onPage, query = '') => {
    const page = await browser.newPage();
    onPage?.(page);
    await page.goto(url + query);
    await page.locator('#engine', { hasText: 'Computes' }).waitFor({ timeout: 60_000 });
    return page;
  };
  const close = async (): Promise<void> => {
    await browser.close();
    await stop();
  };
  return { url, browser, open, close };
}
