import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** Whether a Chromium was found, and the reason to put into the title of tests that are skipped without one. */
export const hasChromium = executablePath !== undefined;
export const reason = hasChromium
  ? ''
  : ' (skipped: no Chromium in /usr/bin; install it with apt-get install chromium)';

/** The page, built and served on this computer, and a browser. */
export interface Served {
  url: string;
  browser: Browser;
  /** Opens the page and waits until it can compute. `onPage` may listen before the page loads. */
  open: (onPage?: (page: Page) => void) => Promise<Page>;
  close: () => Promise<void>;
}

/**
 * Builds the page into a folder, serves it with the headers that allow threads, and starts Chromium.
 *
 * @param folder is replaced
 */
export async function servePage(folder: string): Promise<Served> {
  const builder = fileURLToPath(new URL('../../build.mjs', import.meta.url));
  const { buildPage } = (await import(builder)) as { buildPage: (out: string) => Promise<void> };
  await buildPage(folder);
  const server = createServer(({ url: asked = '/' }, response) => {
    const file = join(folder, asked === '/' ? 'index.html' : asked);
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await chromium.launch({
    executablePath: executablePath!,
    args: ['--no-sandbox', '--enable-unsafe-swiftshader'],
  });
  const open: Served['open'] = async (onPage) => {
    const page = await browser.newPage();
    onPage?.(page);
    await page.goto(url);
    await page.locator('#engine', { hasText: 'Computes' }).waitFor({ timeout: 60_000 });
    return page;
  };
  const close = async (): Promise<void> => {
    await browser.close();
    server.close();
  };
  return { url, browser, open, close };
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};
