import { beforeEach, describe, expect, test } from '@jest/globals';
import { resetStats, stats, SyncReadError, tf, trimMemory, useBackend } from '../index.js';

beforeEach(async () => {
  await useBackend('onnx', { threads: 1 });
  resetStats();
  await trimMemory();
});

describe('laziness', () => {
  test('the first read computes all recorded ops together', async () => {
    const y = tf.tidy(() => tf.sum(tf.square(tf.add(tf.tensor([1, 2, 3]), tf.scalar(1)))));
    expect(stats()?.runs).toBe(0);
    expect(await y.data()).toEqual(Float32Array.of(29));
    expect(stats()).toMatchObject({ runs: 1, recordedOps: 3 });
  });

  test('a structure is compiled once for all values', async () => {
    for (const value of [1, 2, 3]) {
      const y = tf.tidy(() => tf.mul(tf.tensor([1, 10]), tf.scalar(value)));
      expect([...(await y.data())]).toEqual([value, 10 * value]);
    }
    expect(stats()).toMatchObject({ compiles: 1, cacheHits: 2, runs: 3 });
  });

  test('a disposed tensor is not computed unless a live tensor depends on it', async () => {
    const x = tf.tensor([4]);
    const dead = tf.exp(x);
    dead.dispose();
    const half = tf.sqrt(x);
    const y = tf.add(half, half);
    half.dispose();
    expect([...(await y.data())]).toEqual([4]);
    expect(stats()?.liveBytes).toBeGreaterThan(0);
  });

  test('ops recorded during a read are computed correctly', async () => {
    const x = tf.tensor([1, 2]);
    const first = tf.mul(x, tf.scalar(2));
    const reading = first.data();
    const second = tf.add(first, x);
    first.dispose();
    x.dispose();
    await reading.catch(() => undefined);
    expect([...(await second.data())]).toEqual([3, 6]);
  });

  test('dataSync on a pending tensor is an error with a remedy', () => {
    expect(() => tf.exp(tf.tensor([1])).dataSync()).toThrow(SyncReadError);
    expect(() => tf.exp(tf.tensor([1])).dataSync()).toThrow(/await tensor.data\(\)/);
  });
});

describe('variables', () => {
  test('an assigned variable has its new value, and values read before do not change', async () => {
    const v = tf.variable(tf.fill([2048], 2));
    const before = await v.data();
    for (let step = 0; step < 4; step++) {
      tf.tidy(() => v.assign(tf.mul(v, tf.scalar(3))));
      const probe = tf.tidy(() => tf.sum(v));
      expect((await probe.data())[0]).toBe(2048 * 2 * 3 ** (step + 1));
      probe.dispose();
    }
    expect(new Set(before)).toEqual(new Set([2]));
  });

  test('buffers of earlier values are reused', async () => {
    const v = tf.variable(tf.fill([4096], 1));
    for (let step = 0; step < 6; step++) {
      tf.tidy(() => v.assign(tf.add(v, tf.scalar(1))));
      const probe = tf.tidy(() => tf.max(v));
      await probe.data();
      probe.dispose();
    }
    expect(stats()?.pooledBytes).toBe(4096 * 4);
  });
});
