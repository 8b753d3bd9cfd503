import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('./one-stage.mjs', import.meta.url));
const alone = ['--pid', '--fork', '--mount-proc', '--kill-child'];
// Namespaces need Linux and the rights of root; elsewhere this test is skipped.
const mayUnshare = spawnSync('unshare', [...alone, 'true']).status === 0;

let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'namespaces-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const runIn = (clone) =>
  promisify(execFile)('unshare', [...alone, process.execPath, script, folder, clone], { encoding: 'utf8' });

(mayUnshare ? test : test.skip)(
  'two containers with one cache: the second waits, says for whom, and uses the result of the first',
  async () => {
    const both = await Promise.all(['one', 'two'].map(runIn));
    expect(both[0].stdout).toMatch(/^[0-9a-f]{64}$/);
    expect(both[1].stdout).toBe(both[0].stdout);
    const ran = readFileSync(path.join(folder, 'ran'), 'utf8').trim().split('\n');
    expect(ran).toHaveLength(1);
    const [waiting] = ['one', 'two'].map((clone, i) => ({ clone, said: both[i].stderr })).filter(({ said }) => said);
    expect(waiting.clone).not.toBe(ran[0]);
    expect(waiting.said).toMatch(/^data: process \d+ on .+ is running this stage .* waiting for its result\n$/);
  },
  120_000,
);
