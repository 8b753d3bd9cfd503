import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { syncFolder } from './atomic.js';
import { hasEnded, ownProcess } from './process-identity.js';

const on = (platform: NodeJS.Platform) => jest.replaceProperty(process, 'platform', platform);
afterEach(() => void jest.restoreAllMocks());

describe('where a process started', () => {
  test.each(['linux', 'darwin'] as const)(
    'is told by the system on %s, so a pid that is used again is seen',
    (name) => {
      on(name);
      const own = ownProcess();
      expect(own.started).toMatch(name === 'linux' ? /^\d+$/ : /^\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}$/);
      expect(hasEnded(own)).toBe(false);
      expect(hasEnded({ ...own, started: 'another time' })).toBe(true);
    },
  );

  test('is not told on Windows, where only the pid counts', async () => {
    on('win32');
    const own = ownProcess();
    expect(own.started).toBe('');
    expect(hasEnded({ ...own, started: 'another time' })).toBe(false);
    const child = spawn(process.execPath, ['--eval', '']);
    await once(child, 'exit');
    expect(hasEnded({ ...own, pid: child.pid! })).toBe(true);
  });
});

describe('a folder that cannot be flushed', () => {
  async function failing() {
    const handle = await open(tmpdir(), 'r');
    const prototype = Object.getPrototypeOf(handle) as { sync(): Promise<void> };
    await handle.close();
    jest
      .spyOn(prototype, 'sync')
      .mockRejectedValue(Object.assign(new Error('EPERM: not permitted'), { code: 'EPERM' }));
  }

  test.each(['linux', 'darwin'] as const)('is an error on %s', async (name) => {
    on(name);
    await failing();
    await expect(syncFolder(tmpdir())).rejects.toThrow(/EPERM|permission/i);
  });

  test('is none on Windows, which cannot flush folders', async () => {
    on('win32');
    await failing();
    await expect(syncFolder(tmpdir())).resolves.toBeUndefined();
  });
});
