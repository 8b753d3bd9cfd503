import { ownProcess, type ProcessIdentity } from '@geneformer-ts/core/node';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beat, createLock, lockText, readLock, type LockRecord } from './lock-file.js';
import { Lock } from './lock.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lock-'));
  file = path.join(folder, 'stage.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const quick = { stage: 'pretrain', everyMs: 40, staleMs: 400 };
const elsewhere: ProcessIdentity = { host: 'node7', space: 'node7 boot pid:[1]', pid: 1, started: '5' };

function leaveLock(owner: Partial<LockRecord>): void {
  const since = new Date(0).toISOString();
  createLock(file, lockText({ token: 'an earlier one', stage: 'pretrain', since, ...elsewhere, ...owner }));
}

async function secondsToAcquire(): Promise<number> {
  const started = performance.now();
  const lock = await Lock.acquire(file, quick);
  lock.assertHeld();
  await lock.release();
  return (performance.now() - started) / 1000;
}

describe('a lock', () => {
  test('is held by one process at a time, and leaves no files behind', async () => {
    let inside = 0;
    let most = 0;
    const one = async () => {
      const lock = await Lock.acquire(file, quick);
      most = Math.max(most, ++inside);
      await sleep(5);
      inside--;
      await lock.release();
    };
    await Promise.all(Array.from({ length: 8 }, one));
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('reports once the process that it waits for, and is free when that one is done', async () => {
    const first = await Lock.acquire(file, quick);
    const holders: LockRecord[] = [];
    const second = Lock.acquire(file, { ...quick, onWait: (holder) => holders.push(holder) });
    await sleep(900); // longer than staleMs
    first.assertHeld();
    await first.release();
    await (await second).release();
    expect(holders).toMatchObject([{ ...ownProcess(), stage: 'pretrain' }]);
    expect(Date.parse(holders[0].since)).toBeGreaterThan(Date.now() - 60_000);
  });

  test('of a process that has ended is taken over at once', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    leaveLock({ ...ownProcess(), pid });
    expect(await secondsToAcquire()).toBeLessThan(0.4);
  });

  test('of an ended process whose pid another one has now is taken over at once', async () => {
    leaveLock({ ...ownProcess(), pid: process.ppid, started: '1' });
    expect(await secondsToAcquire()).toBeLessThan(0.4);
  });

  test('of a process with the same pid on another host or in another container is not taken over while it beats', async () => {
    leaveLock({ ...elsewhere, pid: process.pid });
    let count = 0;
    const beating = setInterval(() => beat(file, 'an earlier one', ++count), 40);
    const lock = Lock.acquire(file, quick);
    await sleep(1200);
    expect(readLock(file)?.token).toBe('an earlier one');
    clearInterval(beating);
    await (await lock).release();
  });

  test('without a beat for a long time, on the clock of its file system, is taken over after two beats', async () => {
    leaveLock({});
    const hourAgo = Date.now() / 1000 - 3600;
    utimesSync(file, hourAgo, hourAgo);
    expect(await secondsToAcquire()).toBeLessThan(0.39);
  });

  test('from a host whose clock is an hour ahead is taken over after staleMs', async () => {
    leaveLock({});
    const hourAhead = Date.now() / 1000 + 3600;
    utimesSync(file, hourAhead, hourAhead);
    const seconds = await secondsToAcquire();
    expect(seconds).toBeGreaterThan(0.39);
    expect(seconds).toBeLessThan(3);
  });

  test('of a suspended process on the same machine is not taken over', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    const { pid = 0 } = child;
    const started = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[19];
    leaveLock({ ...ownProcess(), pid, started });
    const stop = new AbortController();
    const lock = Lock.acquire(file, { ...quick, signal: stop.signal });
    await sleep(1000);
    expect(readLock(file)?.token).toBe('an earlier one');
    stop.abort(new Error('enough'));
    await expect(lock).rejects.toThrow('enough');
    child.kill('SIGKILL');
  });

  test.each(['', '{', '12345'])('file that contains %j is replaced after staleMs', async (text) => {
    writeFileSync(file, text);
    expect(await secondsToAcquire()).toBeGreaterThan(0.39);
  });

  test.each<[string, () => void]>([
    ['a link that leads nowhere', () => symlinkSync(path.join(folder, 'nowhere'), file)],
    ['an empty folder', () => mkdirSync(file)],
    ['a file of 100 MB', () => truncateSync((writeFileSync(file, ''), file), 1e8)],
    ['a beat that is not text', () => writeFileSync(file, JSON.stringify({ ...elsewhere, token: 'x', beat: {} }))],
    [
      'a token that is a path',
      () => writeFileSync(file, lockText({ token: '../../x', stage: '', since: '', ...elsewhere })),
    ],
  ])('file that is %s is replaced after staleMs', async (_, place) => {
    place();
    const seconds = await secondsToAcquire();
    expect(seconds).toBeGreaterThan(0.3);
    expect(seconds).toBeLessThan(10);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('file that is a folder with files causes an error that names it', async () => {
    mkdirSync(file);
    writeFileSync(path.join(file, 'mine'), '');
    await expect(Lock.acquire(file, quick)).rejects.toThrow(/not empty.*stage\.lock/);
    expect(readdirSync(file)).toEqual(['mine']);
  });

  test('that is stale is taken over by exactly one of many processes, also after one that died during the takeover', async () => {
    leaveLock({ ...ownProcess(), pid: 2 ** 22 + 1 });
    const dead = lockText({ token: 'died half way', stage: '', since: '', ...ownProcess(), pid: 2 ** 22 + 2 });
    createLock(`${file}.after-an earli`, dead);
    let inside = 0;
    let most = 0;
    const one = async () => {
      const lock = await Lock.acquire(file, quick);
      most = Math.max(most, ++inside);
      lock.assertHeld();
      await sleep(20);
      inside--;
      await lock.release();
    };
    await Promise.all(Array.from({ length: 6 }, one));
    expect(most).toBe(1);
  });

  test('that was taken over reports this to its earlier owner, whose release changes nothing', async () => {
    const lock = await Lock.acquire(file, quick);
    rmSync(file);
    leaveLock({});
    expect(() => lock.assertHeld()).toThrow(`${file}: stage "pretrain" was taken over by another process`);
    await sleep(200);
    expect(lock.lost.reason).toMatchObject({ tag: 'LockLostError' });
    await lock.release();
    expect(readLock(file)?.token).toBe('an earlier one');
  });

  test('file keeps its size when a beat is written', async () => {
    const lock = await Lock.acquire(file, quick);
    const { size } = statSync(file);
    const { beat: before } = readLock(file)!;
    await sleep(300);
    expect(statSync(file).size).toBe(size);
    expect(readLock(file)!.beat > before).toBe(true);
    await lock.release();
  });
});
