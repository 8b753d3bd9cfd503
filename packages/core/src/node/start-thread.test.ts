import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inheritedOptions } from './start-thread.js';

test.each([
  [['--input-type=module', '-e', 'run()'], []],
  [['--input-type', 'module', '--eval=run()', '--no-warnings'], ['--no-warnings']],
  [
    ['--import', './hooks.mjs', '--max-old-space-size=4000'],
    ['--import', './hooks.mjs', '--max-old-space-size=4000'],
  ],
])('a thread inherits of %j what does not describe a program', (options, kept) => {
  expect(inheritedOptions(options)).toEqual(kept);
});

const hooks = fileURLToPath(new URL('../../../../tools/jest/typescript-threads.mjs', import.meta.url));
const program = `
  import { startThread } from ${JSON.stringify(new URL('./start-thread.ts', import.meta.url).href)};
  const code = "const { getHeapStatistics } = require('node:v8');"
    + "require('node:worker_threads').parentPort.postMessage(Math.round(getHeapStatistics().heap_size_limit / 2 ** 20))";
  startThread(code, { eval: true }).on('message', (size) => console.log(String(size)));`;

test.each([
  ['no other option', [], ''],
  ['a limit of memory', ['--max-old-space-size=300'], ''],
  ['several options of V8', ['--stack-size=900', '--expose-gc', '--max-semi-space-size=16'], ''],
  ['a title and a flag of node', ['--title=study', '--no-warnings'], ''],
  ['options in the environment', [], '--max-old-space-size=300 --no-warnings'],
])('threads start in a file and in a program on the command line, with %s', (_, options, environment) => {
  const folder = mkdtempSync(join(tmpdir(), 'start-thread-'));
  const file = join(folder, 'program.mjs');
  writeFileSync(file, program);
  for (const words of [[file], ['--input-type=module', '-e', program]]) {
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', hooks, ...options, ...words], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: environment },
    });
    expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^\d+\n$/), stderr: '' });
    // The limit of the process holds in its threads.
    if ([...options, environment].join(' ').includes('max-old-space')) expect(Number(stdout)).toBeLessThan(400);
  }
  rmSync(folder, { recursive: true });
});
