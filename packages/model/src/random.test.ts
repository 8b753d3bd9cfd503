import { describe, expect, test } from '@jest/globals';
import { below, fillNormal, mix, shuffle, stream, uniform } from './random.js';

describe('streams', () => {
  test('with the same names give the same numbers', () => {
    const [a, b] = [stream(1, 2, 3), stream(1, 2, 3)];
    for (let i = 0; i < 10; i++) expect(uniform(a)).toBe(uniform(b));
  });

  test('the order of names matters', () => {
    expect(mix(1, 2)).not.toBe(mix(2, 1));
  });

  test('neighbouring names give numbers that do not go together', () => {
    const firsts = Array.from({ length: 4000 }, (_, i) => uniform(stream(0, i)));
    const mean = firsts.reduce((a, b) => a + b) / firsts.length;
    const lagged = firsts.slice(1).reduce((sum, value, i) => sum + (value - 0.5) * (firsts[i] - 0.5), 0);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
    expect(Math.abs((lagged / firsts.length) * 12)).toBeLessThan(0.06);
  });
});

test('a shuffle is a permutation', () => {
  const values = shuffle(
    Int32Array.from({ length: 100 }, (_, i) => i),
    stream(5),
  );
  expect([...values].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect([...values]).not.toEqual([...values].sort((a, b) => a - b));
});

test('below(n) reaches all of 0 … n − 1 alike', () => {
  const random = stream(9);
  const counts = new Int32Array(5);
  for (let i = 0; i < 10_000; i++) counts[below(random, 5)]++;
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
});

test('normal draws have the mean, deviation and tails they should', () => {
  const values = fillNormal(new Float32Array(40_001), 0.02, stream(3));
  const mean = values.reduce((a, b) => a + b) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  const beyondTwo = values.filter((value) => Math.abs(value) > 0.04).length / values.length;
  expect(Math.abs(mean)).toBeLessThan(4e-4);
  expect(Math.abs(deviation - 0.02)).toBeLessThan(3e-4);
  expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.004);
});
