import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
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

test('threads start in a program given on the command line', () => {
  const program = `
    import { startThread } from ${JSON.stringify(new URL('./start-thread.ts', import.meta.url).href)};
    startThread("require('node:worker_threads').parentPort.postMessage('started')", { eval: true })
      .on('message', console.log);`;
  const hooks = fileURLToPath(new URL('../../../../tools/jest/typescript-threads.mjs', import.meta.url));
  const words = ['--import', hooks, '--input-type=module', '-e', program];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: 'started\n', stderr: '' });
});
