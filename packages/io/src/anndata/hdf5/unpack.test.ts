import { describe, expect, test } from '@jest/globals';
import { unpackLzf } from './unpack.js';

describe('unpackLzf', () => {
  test('copies runs and repetitions, including overlapping ones', () => {
    // "ab", then eight bytes from two before, which is a repetition longer than its distance.
    expect(Buffer.from(unpackLzf(Uint8Array.of(1, 97, 98, (6 << 5) | 0, 1), 10)).toString()).toBe('ababababab');
    // Length 7 in the control byte means that another byte is added.
    expect(Buffer.from(unpackLzf(Uint8Array.of(0, 120, (7 << 5) | 0, 3, 0), 13)).toString()).toBe('x'.repeat(13));
  });

  test.each([
    ['an incomplete run', [5, 1, 2], 6],
    ['a repetition of bytes before the beginning', [0, 1, 32, 9], 4],
    ['more bytes than stated', [2, 1, 2, 3], 2],
    ['fewer bytes than stated', [2, 1, 2, 3], 4],
    ['an incomplete repetition', [0, 1, 32], 4],
    ['a repetition past the end', [0, 1, 7 << 5, 200, 0], 20],
  ])('refuses %s', (_, packed, length) => {
    expect(() => unpackLzf(Uint8Array.from(packed), length)).toThrow(RangeError);
  });
});
