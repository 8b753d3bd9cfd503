import { writeThymus } from '@geneformer-ts/simulate';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../packages/geneformer/bin/geneformer.mjs', import.meta.url));
/** Schedulers give a process this many seconds between SIGTERM and SIGKILL. */
const GRACE_SECONDS = 30;

let folder;
const at = (name) => path.join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'stopped-'));
  await writeThymus(at('cells.h5ad'), { seed: 1, preset: 'small', cells: 700, genes: 1200 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command as a process; `watch` may stop it. */
async function command(words, watch = () => undefined) {
  const child = spawn(process.execPath, [bin, ...words], { env: { ...process.env, GENEFORMER_THREADS: '1' } });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (text.out += chunk));
  child.stderr.on('data', (chunk) => (text.err += chunk));
  const timer = setInterval(() => watch(child), 10);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(timer);
  return { code, ...text };
}

const complete = (parts) =>
  existsSync(parts) ? readdirSync(parts).filter((name) => /^part-\d+\.\w+$/.test(name)) : [];
const bytes = (parts) => complete(parts).map((name) => [name, readFileSync(path.join(parts, name), 'base64')]);

test.each([
  ['embed', [], (out) => `${out}.parts/parts`],
  ['perturb', ['--max-cells', '40'], (out) => `${out}/parts`],
])(
  '%s that SIGTERM stops ends in time, keeps complete parts, and computes only the others later',
  async (name, words, partsOf) => {
    const call = (out) => [name, at('cells.h5ad'), '-o', out, ...words, '--shard', '0/1'];
    const [stopped, whole] = [at(`${name}-stopped.h5ad`), at(`${name}-whole.h5ad`)];
    const parts = partsOf(stopped);
    let sentAt = 0;
    const first = await command(call(stopped), (child) => {
      if (sentAt > 0 || complete(parts).length < 3) return;
      sentAt = performance.now();
      child.kill('SIGTERM');
    });
    expect([first.code, first.err]).toEqual([1, expect.stringMatching(/^stopped; .*complete parts.*\n$/)]);
    expect((performance.now() - sentAt) / 1000).toBeLessThan(GRACE_SECONDS);
    const kept = complete(parts).length;
    expect(kept).toBeGreaterThanOrEqual(3);
    expect(existsSync(path.join(parts, '..', 'call.json'))).toBe(false);

    const second = await command([...call(stopped), '--json']);
    expect(second.err).toBe('');
    const { parts: all, found } = JSON.parse(second.out);
    expect(all).toBeGreaterThan(kept);
    expect(found).toBe(kept);
    await command(call(whole));
    expect(bytes(parts)).toEqual(bytes(partsOf(whole)));
  },
);
