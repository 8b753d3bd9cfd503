import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GeneformerError, isGeneformerError, messageOf } from './errors.js';
import { printable } from './printable.js';

const UNSAFE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

describe('printable', () => {
  test('writes what a terminal would act on as escapes', () => {
    expect(printable('a\u001b[31mb\nc\td')).toBe('a\\u001b[31mb\\nc\\td');
    expect(printable('\u009b2J\u202egnp.exe\u2066')).toBe('\\u009b2J\\u202egnp.exe\\u2066');
    expect(printable('\u{e0041}')).toBe('\\u{e0041}');
  });

  test('leaves letters of every language as they are', () => {
    for (const text of ['T-Zelle, naïve', '胸腺上皮', 'γδ T', 'e\u0301', '🧬']) expect(printable(text)).toBe(text);
  });

  test('cuts the middle, so that the remedy at the end of a message stays', () => {
    expect(printable('x'.repeat(1e6), 10)).toBe('xxxxxx … (999990 characters left out) … xxxx');
    expect(printable(`${'x'.repeat(1e5)}; check the path`)).toMatch(/; check the path$/);
  });

  test('cuts only if the result gets shorter', () => {
    expect(printable('abcdefghijklmn', 10)).toBe('abcdefghijklmn');
    // The note of 2 digits has 30 characters, so cutting pays from 31 characters on.
    expect(printable('x'.repeat(10 + 30), 10)).toBe('x'.repeat(40));
    expect(printable('x'.repeat(10 + 31), 10)).toBe('xxxxxx … (31 characters left out) … xxxx');
    // Escapes count: the text has 14 characters and its printable form 74.
    expect(printable(`abc${'\u001b'.repeat(8)}lmn`, 10)).toBe(`abc${'\\u001b'.repeat(8)}lmn`);
  });

  test('has no unsafe character and a bounded length, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5000 }), fc.integer({ min: -1, max: 3000 }), (text, most) => {
        const shown = printable(text, most);
        expect(UNSAFE.test(shown)).toBe(false);
        expect(/\p{Surrogate}/u.test(shown)).toBe(false);
        expect(shown.length).toBeLessThanOrEqual(10 * Math.max(2, most) + 60);
      }),
    );
  });
});

class BrokenError extends GeneformerError {
  readonly tag = 'BrokenError';
}

describe('GeneformerError', () => {
  test('has the name of its class, its cause, and a message of one printable line', () => {
    const cause = new RangeError('inner');
    const error = new BrokenError('cells\u001b[2J.h5ad:\n bad', { cause });
    expect(error.name).toBe('BrokenError');
    expect(error.cause).toBe(cause);
    expect(error.message).toBe('cells\\u001b[2J.h5ad:\\n bad');
    expect('cause' in new BrokenError('x')).toBe(false);
  });

  test('is told from defects by its tag', () => {
    const error: unknown = new BrokenError('x');
    expect(isGeneformerError(error)).toBe(true);
    expect(isGeneformerError(error, 'Other', 'BrokenError')).toBe(true);
    expect(isGeneformerError(error, 'Other')).toBe(false);
    for (const other of [new RangeError('x'), null, undefined, 'x', { tag: 'Broken' }])
      expect(isGeneformerError(other)).toBe(false);
  });

  test('messageOf makes one printable line of anything that was thrown', () => {
    expect(messageOf(new Error('a\nb'))).toBe('a\\nb');
    expect(messageOf('a\u001bb')).toBe('a\\u001bb');
    expect(messageOf(null)).toBe('null');
  });
});
