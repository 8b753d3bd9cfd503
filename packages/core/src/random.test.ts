import { describe, expect, test } from '@jest/globals';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import {
  below,
  drawToFront,
  fillNormal,
  mixSeeds,
  namedRandom,
  randomStream,
  seededRandom,
  shuffle,
} from './random.js';

describe('streams', () => {
  test('with the same names give the same numbers', () => {
    const [a, b] = [namedRandom(1, 2, 3), namedRandom(1, 2, 3)];
    for (let i = 0; i < 10; i++) expect(a()).toBe(b());
  });

  test('the order of names matters', () => {
    expect(mixSeeds(1, 2)).not.toBe(mixSeeds(2, 1));
  });

  test('streams of neighboring names are uncorrelated', () => {
    const firsts = Array.from({ length: 4000 }, (_, i) => namedRandom(0, i)());
    const mean = firsts.reduce((a, b) => a + b) / firsts.length;
    const lagged = firsts.slice(1).reduce((sum, value, i) => sum + (value - 0.5) * (firsts[i] - 0.5), 0);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
    expect(Math.abs((lagged / firsts.length) * 12)).toBeLessThan(0.06);
  });
});

test('a shuffle is a permutation', () => {
  const values = shuffle(
    Int32Array.from({ length: 100 }, (_, i) => i),
    namedRandom(5),
  );
  expect([...values].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect([...values]).not.toEqual([...values].sort((a, b) => a - b));
});

test('below(n) reaches all of 0 … n − 1 alike', () => {
  const random = namedRandom(9);
  const counts = new Int32Array(5);
  for (let i = 0; i < 10_000; i++) counts[below(random, 5)]++;
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
});

test('normal draws have the right mean, deviation and tails', () => {
  const values = fillNormal(new Float32Array(40_001), 0.02, namedRandom(3));
  const mean = values.reduce((a, b) => a + b) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const beyondTwo = values.filter((value) => Math.abs(value) > 0.04).length / values.length;
  expect(Math.abs(mean)).toBeLessThan(4e-4);
  expect(Math.abs(deviation - 0.02)).toBeLessThan(3e-4);
  expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.004);
});

test('a seeded stream equals the xoroshiro128+ of pure-rand', () => {
  const [random, reference] = [seededRandom(42), xoroshiro128plus(42)];
  for (let i = 0; i < 10; i++) expect(random()).toBe((reference.next() >>> 0) / 2 ** 32);
});

test('streams of a seed differ', () => {
  const firsts = Array.from({ length: 1000 }, (_, stream) => randomStream(0, stream)());
  expect(new Set(firsts).size).toBe(1000);
});

test('values drawn to the front are a sample without replacement', () => {
  const values = Int32Array.from({ length: 50 }, (_, i) => i);
  drawToFront(values, 10, seededRandom(1));
  expect(new Set(values).size).toBe(50);
  expect([...values.subarray(0, 10)]).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
