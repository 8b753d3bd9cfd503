import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('soak.mjs', import.meta.url));

test('two rounds give the same vectors and labels, and embeddings that were killed are repeated', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'soak-test-'));
  try {
    const output = path.join(folder, 'soak.jsonl');
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--rounds', '2', '--output', output], {
      encoding: 'utf8',
    });
    const rounds = readFileSync(output, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rounds).toHaveLength(2);
    for (const round of rounds) {
      expect(round).toMatchObject({ code: 0, isPartial: false, digest: rounds[0].digest, file: rounds[0].file });
      expect(round.rss).toBeGreaterThan(50 * 2 ** 20);
    }
    // Two rounds do not tell whether memory grows.
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: 'too few rounds; give more minutes\n',
      stderr: '',
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.each([
  [['--minutes', 'x'], '--minutes: x is not valid; use a number above 0'],
  [['--rounds', '0'], '--rounds: 0 is not valid; use a number above 0'],
])('%j is refused', (words, message) => {
  const { status, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 1, stderr: `${message}\n` });
});
