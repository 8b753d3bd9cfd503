import { describe, expect, test } from '@jest/globals';
import { launchersOf } from './process-chain.mjs';

/** A process table: pid, parent, session, words. */
function chainAbove(pid, table) {
  const processes = new Map(
    table.map(([id, ppid, session, ...words]) => [
      id,
      { pid: id, ppid, session: String(session), started: '1', words },
    ]),
  );
  return launchersOf(pid, (id) => processes.get(id)).map((info) => info.pid);
}

const stage = [16, 15, 5, 'node', '--import', 'x.mjs', 'dist/main.js', 'cell'];
const shell = [15, 13, 5, '/bin/sh', '-c', 'node dist/main.js cell'];
const nx = [13, 12, 5, 'node', '/home/me/node_modules/.bin/../nx/dist/bin/nx.js', 'run', 'reproduce:cell'];
const npx = [11, 10, 5, 'npm exec nx run reproduce:cell'];
const npxShell = [12, 11, 5, 'sh', '-c', "'nx' run reproduce:cell"];

describe('the processes that a run depends on', () => {
  test('reach up to npx, and not to the terminal', () => {
    const above = [
      [10, 1, 5, '-bash'],
      [1, 0, 1, 'init'],
    ];
    expect(chainAbove(16, [stage, shell, nx, npxShell, npx, ...above])).toEqual([15, 13, 12, 11]);
  });

  test('do not include a script that called npx, nor nohup or a container above it', () => {
    for (const above of [
      [10, 1, 5, 'bash', '-c', 'npx nx run reproduce:cell; echo done'],
      [10, 1, 5, 'nohup', 'npx'],
      [10, 0, 5, 'tini', '--', 'npx'],
      [10, 1, 5, 'node', 'server.js'],
    ]) {
      expect(chainAbove(16, [stage, shell, nx, npxShell, npx, above, [1, 0, 1, 'systemd']])).toEqual([15, 13, 12, 11]);
    }
  });

  test('include npm as the first process of a container', () => {
    const inContainer = [
      [11, 1, 5, 'sh', '-c', 'nx run reproduce:cell'],
      [1, 0, 5, 'npm run reproduce'],
    ];
    expect(chainAbove(16, [stage, shell, [13, 11, ...nx.slice(2)], ...inContainer])).toEqual([15, 13, 11, 1]);
  });

  test('end where setsid or a multiplexer began another session, but not at the terminal that nx gives a task', () => {
    const outer = [
      [10, 9, 3, 'npm run experiments'],
      [9, 1, 3, 'bash'],
    ];
    expect(chainAbove(16, [stage, shell, nx, npxShell, npx, ...outer])).toEqual([15, 13, 12, 11]);
    const inTerminal = [
      [16, 15, 15, ...stage.slice(3)],
      [15, 13, 15, ...shell.slice(3)],
    ];
    expect(chainAbove(16, [...inTerminal, nx, npxShell, npx, [10, 1, 5, 'bash']])).toEqual([15, 13, 12, 11]);
  });

  test('are none for a stage that a person runs', () => {
    expect(chainAbove(16, [stage, [15, 1, 5, 'bash'], [1, 0, 1, 'init']])).toEqual([]);
    expect(chainAbove(16, [stage, [15, 1, 5, 'bash', '-c', 'x'], [1, 0, 1, 'init']])).toEqual([]);
  });

  test('reach through the test program of this workspace', () => {
    const table = [
      [14, 11, 5, 'node', 'tools/test/run.mjs'],
      [13, 14, 5, 'node', '/x/nx/dist/bin/nx.js', 'run-many'],
    ];
    expect(chainAbove(16, [stage, shell, ...table, [11, 10, 5, 'npm test'], [10, 1, 5, 'zsh']])).toEqual([
      15, 13, 14, 11,
    ]);
  });
});
