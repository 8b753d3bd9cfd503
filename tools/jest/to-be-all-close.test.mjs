import { describe, expect, test } from '@jest/globals';

/** What a failed expectation says. */
function failure(expectation) {
  try {
    expectation();
  } catch (error) {
    return error.message;
  }
  throw new Error('the expectation holds');
}

describe('toBeAllClose', () => {
  test('allows atol plus rtol of the expected value, and not more', () => {
    expect([1.5, -20]).toBeAllClose([1, -16], { rtol: 0.25, atol: 0.25 });
    expect([1.5]).not.toBeAllClose([1], { rtol: 0.25, atol: 0.125 });
    // It is the expected value that counts: a quarter of 16, not of 20.
    expect([20]).toBeAllClose([16], { rtol: 0.25 });
    expect([16]).not.toBeAllClose([21.5], { rtol: 0.25 });
    expect([21.5]).not.toBeAllClose([16], { rtol: 0.25 });
  });

  test('allows a relative difference of 1e-7 unless told otherwise', () => {
    expect([1 + 0.9e-7]).toBeAllClose([1]);
    expect([1 + 1.1e-7]).not.toBeAllClose([1]);
    expect([1e-300]).not.toBeAllClose([0]);
  });

  test('compares numbers, arrays and typed arrays', () => {
    expect(3).toBeAllClose(3);
    expect(Float32Array.of(0.5, 2)).toBeAllClose([0.5, 2]);
    expect([0.5, 2]).toBeAllClose(Float64Array.of(0.5, 2));
    expect([]).toBeAllClose([]);
  });

  test('says how many elements differ, by how much and where', () => {
    expect(failure(() => expect([1, 2.5, 0.125, 64]).toBeAllClose([1, 2, 0.0625, 63], { atol: 0.01 }))).toBe(
      [
        'expect(actual).toBeAllClose(expected), rtol 1e-7, atol 0.01',
        'mismatched elements: 3 of 4 (75 %)',
        'largest absolute difference: 1 at [3]: actual 64, expected 63',
        'largest relative difference: 1 at [2]: actual 0.125, expected 0.0625',
      ].join('\n'),
    );
  });

  test('does the same when the values should differ', () => {
    expect(failure(() => expect([2]).not.toBeAllClose([2]))).toContain(
      'expect(actual).not.toBeAllClose(expected), rtol 1e-7, atol 0\nmismatched elements: 0 of 1 (0 %)',
    );
  });

  test('compares values of one length only', () => {
    expect(failure(() => expect([1, 2]).toBeAllClose([1]))).toContain('lengths differ: 2 actual values, 1 expected');
    expect([1]).not.toBeAllClose([1, 2]);
    expect([]).not.toBeAllClose([0]);
  });

  test('finds NaN close to nothing, and an infinity close to itself', () => {
    expect([NaN]).not.toBeAllClose([NaN], { atol: Infinity });
    expect([NaN]).not.toBeAllClose([1], { atol: 9 });
    expect([1]).not.toBeAllClose([NaN], { atol: 9 });
    expect([Infinity, -Infinity]).toBeAllClose([Infinity, -Infinity]);
    expect([-Infinity]).not.toBeAllClose([Infinity], { atol: 9 });
    expect([5]).not.toBeAllClose([Infinity], { rtol: 1 });
    expect(failure(() => expect([9, NaN, 7]).toBeAllClose([1, 1, 7]))).toContain(
      'mismatched elements: 2 of 3 (66.7 %)\nlargest absolute difference: NaN at [1]: actual NaN, expected 1',
    );
  });

  test('refuses what it cannot compare', () => {
    expect(() => expect(undefined).toBeAllClose([1])).toThrow('actual is of type undefined; give a number or an array');
    expect(() => expect([[1]]).toBeAllClose([1])).toThrow('actual[0] is an array; give numbers only');
    expect(() => expect([1]).toBeAllClose([null])).toThrow('expected[0] is null; give numbers only');
    expect(() => expect([1]).toBeAllClose([1], { tolerance: 1 })).toThrow("no option 'tolerance'; give rtol or atol");
    expect(() => expect([1]).toBeAllClose([1], { rtol: -1 })).toThrow('rtol is -1; give a number of at least 0');
  });
});
