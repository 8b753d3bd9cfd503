import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasLostLauncher, isBroken, readProcess } from './process-chain.mjs';

const on = (platform) => jest.replaceProperty(process, 'platform', platform);
afterEach(() => jest.restoreAllMocks());

describe.each(['linux', 'darwin'])('a process on %s', (platform) => {
  test('is read with its parent and its words', () => {
    on(platform);
    const { pid, ppid, started, words } = readProcess(process.pid);
    expect({ pid, ppid }).toEqual({ pid: process.pid, ppid: process.ppid });
    expect(started).toMatch(/\d/);
    expect(words[0]).toMatch(/node/);
  });

  test('breaks a chain when it has ended', async () => {
    on(platform);
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)']);
    const chain = [readProcess(process.pid), readProcess(child.pid)];
    expect(isBroken(chain)).toBe(false);
    child.kill();
    await once(child, 'exit');
    expect(isBroken(chain)).toBe(true);
  });
});

test('a process on Windows is not read, because ps is missing there', () => {
  on('win32');
  const before = process.env.PATH;
  process.env.PATH = '';
  try {
    expect(readProcess(process.pid)).toBeUndefined();
  } finally {
    process.env.PATH = before;
  }
});

describe('an nx without npm above it', () => {
  test.each([
    ['linux', 'nx run reproduce:cell', true],
    ['linux', 'nohup nx run reproduce:cell &', false],
    ['linux', 'jest', false],
    // Elsewhere npm may be there and not be seen.
    ['darwin', 'nx run reproduce:cell', false],
    ['win32', 'nx run reproduce:cell', false],
  ])('on %s, started by "%s", has lost it: %s', (platform, script, isLost) => {
    on(platform);
    expect(hasLostLauncher({ npm_lifecycle_script: script })).toBe(isLost);
  });
});

describe('a task without nx above it', () => {
  test.each([
    ['linux', 'SIGTERM', ''],
    // Elsewhere a task may not see its nx, so it must not take its absence for its end.
    ['darwin', null, 'ran'],
    ['win32', null, 'ran'],
  ])('on %s', (platform, signal, stdout) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'orphan-'));
    try {
      const task = path.join(folder, 'task.mjs');
      writeFileSync(task, `setTimeout(() => { process.stdout.write('ran'); process.exit(); }, 300);`);
      const fake = `data:text/javascript,Object.defineProperty(process,'platform',{value:'${platform}'})`;
      const guard = fileURLToPath(new URL('end-with-launcher.mjs', import.meta.url));
      const env = { PATH: process.env.PATH, NX_TASK_HASH: '1' };
      const words = ['--import', fake, '--import', guard, task];
      const ended = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
      expect({ signal: ended.signal, stdout: ended.stdout }).toEqual({ signal, stdout });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
