import { describe, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from '../testing/run-cli.js';
import { openBrowser } from './open-browser.js';
import { runProgram } from './program.js';

const isBuilt = existsSync(fileURLToPath(new URL('../../../page/page', import.meta.url)));
const reason = isBuilt ? '' : ' (skipped: the page is not built; run npx nx build page)';

/** Runs `geneformer explore` until its address was printed, asks for its pages, and stops it as Ctrl-C does. */
async function explored<T>(argv: readonly string[], use: (url: string) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let printed = '';
  let found: (url: string) => void;
  const url = new Promise<string>((resolve) => (found = resolve));
  const write = (text: string): void => {
    printed += text;
    const [address] = /http:\S+/.exec(printed) ?? [];
    if (address) found(address);
  };
  const run = runProgram(
    ['explore', '--no-open', ...argv],
    { out: { write: () => undefined }, err: { write } },
    { version: '0.0.0', signal: stop.signal },
  );
  try {
    return await use(await Promise.race([url, run.then(() => Promise.reject(new Error(printed)))]));
  } finally {
    stop.abort();
    await run;
  }
}

(isBuilt ? test : test.skip)(
  `explore serves the page and the file, and closes when it is stopped${reason}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'explore-'));
    const file = join(folder, 'cells.h5ad');
    writeFileSync(file, 'the cells');
    try {
      const base = await explored([file], async (url) => {
        const { origin, hash } = new URL(url);
        expect(await (await fetch(origin)).text()).toContain('Geneformer explorer');
        expect(await (await fetch(`${origin}/${hash.slice('#file='.length)}`)).text()).toBe('the cells');
        expect((await fetch(`${origin}/mini/config.json`)).status).toBe(200);
        return origin;
      });
      await expect(fetch(base)).rejects.toThrow();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

describe('explore refuses in one line', () => {
  test.each([
    [['nowhere.h5ad'], 1, /^error: nowhere.h5ad: no such file or folder; check the path\n$/],
    [[tmpdir()], 1, /^error: .*: is not a file; open the page without it, and drop the folder there\n$/],
    [['--port', '99999'], 2, /Use a whole number from 1 to 65535/],
  ] as const)('%j: %d', async (argv, code, message) => {
    const run = await runCli('explore', '--no-open', ...argv);
    expect(run).toMatchObject({ code, out: '' });
    expect(run.err).toMatch(message);
  });
});

test('a browser that is missing or fails is not taken for one that opened', async () => {
  const url = 'http://127.0.0.1:1/';
  expect(await openBrowser(url, ['no-such-program-of-this-name'])).toBe(false);
  expect(await openBrowser(url, [process.execPath, '-e', 'process.exit(3)'])).toBe(false);
  expect(
    await openBrowser(url, [process.execPath, '-e', 'process.exit(process.argv[1] === process.argv.at(-1) ? 0 : 1)']),
  ).toBe(true);
});
