import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A slice of what `nx run faults:cell` does: all kinds of damage to three stages. */
test('damage to cells, split and tokens heals', () => {
  const run = fileURLToPath(new URL('./run.mjs', import.meta.url));
  const argv = [run, '--stages', 'data,split,classify-majority'];
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  expect(stderr).toBe('');
  const [, injected, healed] = /(\d+) injected, (\d+) healed, 0 named, 0 failed/.exec(stdout) ?? [];
  expect(Number(injected)).toBeGreaterThanOrEqual(30);
  expect(healed).toBe(injected);
  expect(status).toBe(0);
}, 120_000);
