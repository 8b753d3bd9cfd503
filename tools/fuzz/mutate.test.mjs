import { Buffer } from 'node:buffer';
import { describe, expect, test } from '@jest/globals';
import { mutate } from './mutate.mjs';
import { Random } from './random.mjs';

const text = Buffer.from('%%MatrixMarket matrix coordinate integer general\n12 15 45\n1 1 3\n');

describe('mutate', () => {
  test('the same seed damages the same bytes in the same way', () => {
    for (let seed = 0; seed < 200; seed++) {
      expect(mutate(new Random(seed), text).equals(mutate(new Random(seed), text))).toBe(true);
    }
  });

  test('leaves the bytes it is given alone, and nearly always gives others', () => {
    const before = Buffer.from(text);
    const results = Array.from({ length: 300 }, (_, seed) => mutate(new Random(seed), text, { text: seed % 2 === 0 }));
    expect(text.equals(before)).toBe(true);
    expect(results.filter((result) => result.equals(text)).length).toBeLessThan(30);
    expect(new Set(results.map((result) => result.toString('latin1'))).size).toBeGreaterThan(200);
  });

  test('takes a file of nothing', () => {
    for (let seed = 0; seed < 100; seed++) mutate(new Random(seed), Buffer.alloc(0), { text: true });
  });
});
