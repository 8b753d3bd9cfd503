import { describe, expect, test } from '@jest/globals';
import { unpackLzf } from './unpack.js';

describe('unpackLzf', () => {
  test('copies runs and repetitions, also into themselves', () => {
    // "ab", then eight bytes from two before: a repetition longer than its distance.
    expect(Buffer.from(unpackLzf(Uint8Array.of(1, 97, 98, (6 << 5) | 0, 1), 10)).toString()).toBe('ababababab');
    // Length 7 in the control byte means that another byte is added to it.
    expect(Buffer.from(unpackLzf(Uint8Array.of(0, 120, (7 << 5) | 0, 3, 0), 13)).toString()).toBe('x'.repeat(13));
  });

  test.each([
    ['a run cut short', [5, 1, 2], 6],
    ['a repetition of what was not there', [0, 1, 32, 9], 4],
    ['more than was promised', [2, 1, 2, 3], 2],
    ['less than was promised', [2, 1, 2, 3], 4],
    ['a repetition cut short', [0, 1, 32], 4],
    ['a repetition beyond the end', [0, 1, 7 << 5, 200, 0], 20],
  ])('refuses %s', (_, packed, length) => {
    expect(() => unpackLzf(Uint8Array.from(packed), length)).toThrow(RangeError);
  });
});
