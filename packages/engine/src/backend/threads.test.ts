import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { afterEach, describe, expect, test } from '@jest/globals';
import { chooseThreads, fitThreads } from './threads.js';

describe('threads fit the cores that are free:', () => {
  test.each([
    ['an idle machine', {}, 8, 0, { threads: 8, spin: true }],
    ['the usual noise', {}, 8, 0.4, { threads: 8, spin: true }],
    ['another process', {}, 8, 1, { threads: 7, spin: false }],
    ['another process beside one core', {}, 2, 1.1, { threads: 1, spin: true }],
    ['a busy machine', {}, 8, 8, { threads: 1, spin: true }],
    ['a number that leaves cores free', { threads: 4 }, 8, 2, { threads: 4, spin: true }],
    ['a number that does not', { threads: 8 }, 8, 2, { threads: 8, spin: false }],
    ['a choice of the caller', { spin: true }, 8, 2, { threads: 6, spin: true }],
  ])('%s', (_, given, cores, busy, expected) => {
    expect(fitThreads(given, cores, busy)).toEqual(expected);
  });
});

describe('the choice', () => {
  afterEach(() => void delete process.env.GENEFORMER_THREADS);

  test('is that of GENEFORMER_THREADS', async () => {
    process.env.GENEFORMER_THREADS = '3';
    expect(await chooseThreads({}, () => Promise.resolve(0))).toMatchObject({ threads: 3 });
    expect(await chooseThreads({ threads: 2 }, () => Promise.resolve(0))).toMatchObject({ threads: 2 });
    process.env.GENEFORMER_THREADS = 'many';
    await expect(chooseThreads({})).rejects.toThrow('GENEFORMER_THREADS: "many" is not a whole number from 1 to 1024');
  });

  test('sees processes that compute', async () => {
    const cores = availableParallelism();
    const others = Array.from({ length: cores }, () => spawn(process.execPath, ['-e', 'console.log(1); for (;;);']));
    try {
      await Promise.all(others.map(({ stdout }) => once(stdout, 'data')));
      expect(await chooseThreads({})).toMatchObject({ threads: 1 });
    } finally {
      for (const other of others) other.kill('SIGKILL');
    }
  });
});
