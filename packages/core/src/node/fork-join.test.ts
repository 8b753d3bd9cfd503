import { describe, expect, test } from '@jest/globals';
import { tasks } from '../testing/fork-join-tasks.js';
import { ForkJoinPool } from './fork-join.js';

const program = new URL('../testing/fork-join-worker.js', import.meta.url);

describe('ForkJoinPool', () => {
  test.each([1, 2, 3])('does every chunk once on %i threads, and returns results in order', (threads) => {
    const pool = ForkJoinPool.acquire(program, tasks, threads);
    const squares = pool.allocate(Float64Array, 2000);
    for (let offset = 0; offset < 20; offset++) {
      const results = pool.open('square', { squares, offset }).run(2000);
      expect(results).toEqual(Array.from({ length: 2000 }, (_, i) => -i));
      expect([...squares]).toEqual(Array.from({ length: 2000 }, (_, i) => (i + offset) ** 2));
    }
    pool.release();
  });

  test('shares arrays only where there are threads to see them', () => {
    const values = Float64Array.of(1, 2);
    const [alone, shared] = [1, 2].map((threads) => {
      const pool = ForkJoinPool.acquire(program, tasks, threads);
      const copy = pool.share(values);
      pool.release();
      return copy;
    });
    expect(alone).toBe(values);
    expect(shared).toEqual(values);
    expect(shared.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test('throws what a chunk threw', () => {
    const pool = ForkJoinPool.acquire(program, tasks, 2);
    expect(() => pool.open('fail', undefined).run(1000)).toThrow(/chunk 500/);
  });

  test('starts no more threads than the machine can carry, and finds them again', () => {
    const pool = ForkJoinPool.acquire(program, tasks, 1e6);
    const squares = pool.allocate(Float64Array, 3);
    pool.open('square', { squares, offset: 0 }).run(3);
    expect([...squares]).toEqual([0, 1, 4]);
    pool.release();
    const again = ForkJoinPool.acquire(program, tasks, 1e5);
    expect(again).toBe(pool);
    again.release();
  });

  test('refuses a number of threads that is not possible', () => {
    expect(() => ForkJoinPool.acquire(program, tasks, 0)).toThrow('threads: 0 is not valid');
  });
});
