import { afterEach, describe, expect, test } from '@jest/globals';
import { availableParallelism } from 'node:os';
import { isGeneformerError } from '../errors.js';
import { WorkerPool } from './worker-pool.js';

type Task = number | 'sum' | 'throw' | 'exit';
const program = new URL('../testing/squares-worker.js', import.meta.url);

describe('WorkerPool', () => {
  let pool: WorkerPool<Task, Float64Array | number>;
  const start = (size: number): void => {
    pool = new WorkerPool(program, { size, workerData: { factor: 2 }, job: 'squares' });
  };
  afterEach(() => pool.close());

  test('answers each task with its own result, in any order of threads', async () => {
    start(3);
    const results = await Promise.all(Array.from({ length: 50 }, (_, n) => pool.run(n)));
    expect(results.map((values) => (values as Float64Array)[0])).toEqual(
      Array.from({ length: 50 }, (_, n) => 2 * n * n),
    );
  });

  test('asks every thread once for what it gathered', async () => {
    start(3);
    await Promise.all(Array.from({ length: 50 }, (_, n) => pool.run(n)));
    const sums: number[] = [];
    for await (const sum of pool.runOnEach('sum')) sums.push(sum as number);
    expect(sums).toHaveLength(3);
    expect(sums.reduce((a, b) => a + b)).toBe(2 * ((49 * 50 * 99) / 6));
    expect(((await pool.run(3)) as Float64Array)[0]).toBe(18);
  });

  test('rejects the task whose handler threw, and runs the others', async () => {
    start(1);
    const error: unknown = await pool.run('throw').catch((cause: unknown) => cause);
    expect(isGeneformerError(error, 'TaskError') && error.message).toBe('squares: no square');
    expect(((await pool.run(4)) as Float64Array)[0]).toBe(32);
  });

  test('rejects all waiting tasks when a thread ends by itself', async () => {
    start(1);
    const errors = await Promise.allSettled([pool.run('exit'), pool.run(1), pool.run(2)]);
    for (const { status, reason } of errors as PromiseRejectedResult[]) {
      expect(status).toBe('rejected');
      expect(isGeneformerError(reason, 'WorkerError') && reason.message).toMatch(
        /^squares: a worker thread failed \(.*code 3\); run again with fewer threads$/,
      );
    }
  });
});

describe('the size of a WorkerPool', () => {
  test.each([0, -1, 1.5, NaN])('cannot be %p', (size) => {
    expect(() => new WorkerPool(program, { size, job: 'squares' })).toThrow(
      /^size: .* use a whole number of at least 1/,
    );
  });

  test('is limited by the number of cores', async () => {
    const many = new WorkerPool<number, Float64Array>(program, {
      size: 1e6,
      job: 'squares',
      workerData: { factor: 1 },
    });
    expect(many.size).toBe(Math.max(8, 4 * availableParallelism()));
    expect([...(await many.run(3))]).toEqual([9]);
    await many.close();
  });
});
