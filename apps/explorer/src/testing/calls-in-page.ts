import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Page } from 'playwright-core';

/** Returns the tokens that a page computes of a file, one list per cell. */
export function tokensInPage(page: Page, file: string): Promise<number[][]> {
  const given = JSON.stringify([basename(file), readFileSync(file, 'base64')]);
  return page.evaluate<number[][]>(`(${TOKENS})(${given})`);
}

/** Runs in the page: asks a worker of its own for the tokens of a file. */
const TOKENS = `async ([name, text]) => {
  const worker = new Worker(new URL('worker.js', document.baseURI), { type: 'module' });
  let next = 0;
  const call = (name, ...args) => new Promise((resolve, reject) => {
    const id = next++;
    const listen = ({ data }) => {
      if (data.id !== id) return;
      worker.removeEventListener('message', listen);
      if ('error' in data) reject(new Error(data.error));
      else resolve(data.result);
    };
    worker.addEventListener('message', listen);
    worker.postMessage({ id, call: name, args });
  });
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  await call('start', new URL('./', document.baseURI).href);
  await call('open', [{ path: name, file: new File([bytes], name) }]);
  const { offsets, values } = await call('tokens');
  worker.terminate();
  return Array.from({ length: offsets.length - 1 }, (_, row) => [...values.slice(offsets[row], offsets[row + 1])]);
}`;
