import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { reasonOf, skippedTests } from './skips.mjs';

describe('the reason of a skipped test', () => {
  test.each([
    ['linear on WebGPU (skipped: no adapter) adds', '', 'no adapter'],
    [
      'reads the atlas',
      "const data = process.env['GENEFORMER_DATA'];",
      'needs real data: set GENEFORMER_DATA to their folder',
    ],
    ['a full disk', 'const mayMount = true;', 'needs permission to mount file systems'],
    ['a namespace', '(mayUnshare ? test : test.skip)()', 'needs permission to create namespaces'],
    ['signals', "process.platform === 'linux' ? test : test.skip", 'needs Linux'],
    ['later', 'a suite that states nothing', undefined],
  ])('of "%s" in "%s" is %s', (title, source, reason) => {
    expect(reasonOf(title, source)).toBe(reason);
  });

  test('is counted by kind, and a test without one is named', () => {
    const suite = (name, ...tests) => ({
      testResults: [{ name, assertionResults: tests.map(([status, fullName]) => ({ status, fullName })) }],
    });
    const reports = [
      suite('a.test.ts', ['passed', 'one'], ['pending', 'two'], ['pending', 'three']),
      suite('b.test.ts', ['pending', 'four'], ['failed', 'five'], ['todo', 'six (skipped: not written yet)']),
    ];
    const { reasons, unexplained } = skippedTests(reports, (file) => (file === 'a.test.ts' ? 'GENEFORMER_DATA' : ''));
    expect([...reasons]).toEqual([
      ['needs real data: set GENEFORMER_DATA to their folder', 2],
      ['not written yet', 1],
    ]);
    expect(unexplained).toEqual(['b.test.ts: four']);
  });
});

test('no test is skipped for good, and none runs alone', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const pattern = String.raw`^\s*(x(it|test|describe)|(it|test|describe)\.(only|skip|todo))\(['"\`]`;
  const { stdout } = spawnSync('git', ['grep', '-nE', pattern, '--', '*.test.ts', '*.test.mjs'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
});
