import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';

// Jest may run the hooks and tests of one file only with one environment.
let folder;
beforeAll(() => (folder = tmpdir()));
afterAll(() => expect(tmpdir()).toBe(folder));

test('a test file has an empty temporary folder of its own, also in processes that it starts', () => {
  expect(tmpdir()).toMatch(/jest-\w{6}$/);
  expect(readdirSync(tmpdir())).toEqual([]);
  const ask = ['-p', 'require("os").tmpdir()'];
  for (const env of [undefined, { ...process.env }])
    expect(execFileSync(process.execPath, ask, { encoding: 'utf8', env }).trim()).toBe(tmpdir());
});
