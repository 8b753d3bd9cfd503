import { describe, expect, test } from '@jest/globals';
import { checkMatrix, type CsrMatrix } from './matrix.js';

/** Rows of 2, 0 and 2 values. */
const sparse = (changes: Partial<CsrMatrix> = {}): CsrMatrix => ({
  rows: 3,
  cols: 4,
  indptr: Int32Array.of(0, 2, 2, 4),
  indices: Int32Array.of(0, 3, 1, 2),
  data: Float32Array.of(1, 2, 3, 4),
  ...changes,
});

describe('checkMatrix', () => {
  test('takes the columns of a row in any order', () => {
    expect(() => checkMatrix(sparse())).not.toThrow();
    expect(() => checkMatrix(sparse({ indices: Int32Array.of(3, 0, 2, 1) }))).not.toThrow();
    // A column may be in several rows.
    expect(() => checkMatrix(sparse({ indices: Int32Array.of(3, 0, 3, 0) }))).not.toThrow();
    expect(() => checkMatrix({ rows: 0, cols: 0, data: new Float32Array(0) })).not.toThrow();
  });

  test.each<[string, Partial<CsrMatrix>, RegExp]>([
    [
      'offsets that decrease',
      { indptr: Int32Array.of(0, 3, 2, 4) },
      /^X\.indptr\[2\]: 2 is not valid; use offsets from 3/,
    ],
    ['offsets that begin late', { indptr: Int32Array.of(1, 2, 2, 4) }, /^X\.indptr\[0\]: 1 is not valid; begin the/],
    ['a negative offset', { indptr: Int32Array.of(0, -1, 2, 4) }, /^X\.indptr\[1\]: -1 is not valid/],
    ['too few offsets', { rows: 4 }, /^X\.indptr: got 4, expected 5/],
    ['a column twice', { indices: Int32Array.of(3, 3, 1, 2) }, /^X\.indices\[1\]: 3 .* once; row 0 has it twice/],
    [
      'a column twice in a row that is not sorted',
      { indptr: Int32Array.of(0, 0, 0, 4), indices: Int32Array.of(2, 0, 1, 2) },
      /^X\.indices\[3\]: 2 is not valid; use each column once; row 2 has it twice/,
    ],
    ['a column that does not exist', { indices: Int32Array.of(0, 4, 1, 2) }, /^X\.indices\[1\]: 4 is not valid/],
  ])('refuses %s', (_, changes, message) => {
    expect(() => checkMatrix(sparse(changes))).toThrow(message);
  });

  test.each([
    [{ rows: 2.5, cols: 2, data: new Float32Array(5) }, /^X\.rows: 2\.5 is not valid; use a whole number/],
    [{ rows: -1, cols: -1, data: new Float32Array(1) }, /^X\.rows: -1 is not valid/],
    [{ rows: 2, cols: 0.5, data: new Float32Array(1) }, /^X\.cols: 0\.5 is not valid/],
    [{ rows: 1, cols: 1, data: [1] }, /^X: is not a matrix; give/],
    [null, /^X: is not a matrix/],
    [undefined, /^X: is not a matrix/],
  ])('refuses %j', (X, message) => {
    expect(() => checkMatrix(X as never)).toThrow(message);
  });
});
