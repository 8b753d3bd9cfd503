import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { EventEmitter } from 'node:events';

const child = () => Object.assign(new EventEmitter(), { unref() {} });
let started = child();
const spawn = jest.fn<(program: string, words: readonly string[]) => EventEmitter>(() => (started = child()));
jest.unstable_mockModule('node:child_process', () => ({ spawn }));
const { openBrowser } = await import('./open-browser.js');

const url = 'http://127.0.0.1:1/#file=a';
afterEach(() => {
  jest.restoreAllMocks();
  spawn.mockClear();
});

describe('the browser is opened', () => {
  test.each([
    ['linux', 'xdg-open', [url]],
    ['freebsd', 'xdg-open', [url]],
    ['darwin', 'open', [url]],
    ['win32', 'rundll32', ['url.dll,FileProtocolHandler', url]],
  ] as const)('on %s by %s', async (platform, program, words) => {
    jest.replaceProperty(process, 'platform', platform);
    const opened = openBrowser(url);
    started.emit('exit', 0);
    expect(await opened).toBe(true);
    expect(spawn).toHaveBeenCalledTimes(1);
    expect(spawn.mock.calls[0].slice(0, 2)).toEqual([program, words]);
  });

  test.each([
    ['is missing', 'error', new Error('ENOENT')],
    ['fails', 'exit', 1],
  ] as const)('not where the program %s', async (_case, event, value) => {
    const opened = openBrowser(url);
    started.emit(event, value);
    expect(await opened).toBe(false);
  });
});
