import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { Xoshiro128 } from './xoshiro128.js';

const golden = JSON.parse(readFileSync(new URL('../fixtures/xoshiro.json', import.meta.url), 'utf8')) as {
  xoshiro: { state: [number, number, number, number]; words: number[] }[];
};

const draw = (random: Xoshiro128, count: number): number[] => Array.from({ length: count }, () => random.uint32());

describe('Xoshiro128', () => {
  test.each(golden.xoshiro)('gives the words of the published algorithm from state $state', ({ state, words }) => {
    const random = new Xoshiro128();
    random.setState(state);
    expect(draw(random, words.length)).toEqual(words);
  });

  test('the same labels name the same stream, and reseeding starts it anew', () => {
    const random = new Xoshiro128(7, 1, 2);
    const first = draw(random, 5);
    random.normal();
    random.reseed(7, 1, 2);
    expect(draw(random, 5)).toEqual(first);
    expect(draw(new Xoshiro128(7, 1, 2), 5)).toEqual(first);
  });

  test('streams differ when any label does, large seeds included', () => {
    const label = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(label, label, label, (seed, index, other) => {
        fc.pre(index !== other);
        expect(draw(new Xoshiro128(seed, index), 4)).not.toEqual(draw(new Xoshiro128(seed, other), 4));
        expect(draw(new Xoshiro128(index, seed), 4)).not.toEqual(draw(new Xoshiro128(other, seed), 4));
      }),
    );
  });

  test('first draws of neighboring streams look independent', () => {
    const bins = new Float64Array(64);
    const random = new Xoshiro128();
    for (let cell = 0; cell < 64_000; cell++) {
      random.reseed(0, 104, cell);
      bins[Math.floor(random.uniform() * 64)]++;
    }
    const chiSquare = bins.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    // 63 degrees of freedom: between the 0.05 % and 99.95 % quantiles.
    expect(chiSquare).toBeGreaterThan(31);
    expect(chiSquare).toBeLessThan(109);
  });

  test('shuffling keeps the items and reaches every order', () => {
    const random = new Xoshiro128(3);
    const orders = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(130);
  });
});
