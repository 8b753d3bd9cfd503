import { checkMatrix, type DenseMatrix, toDense, toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { selectColumns, selectRows, stackRows, transpose } from './select.js';

const matrices = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, cols]) =>
  fc
    .array(fc.oneof(fc.constant(0), fc.integer({ min: -9, max: 9 })), {
      minLength: rows * cols,
      maxLength: rows * cols,
    })
    .map((values): DenseMatrix => ({ rows, cols, data: Float32Array.from(values) })),
);

describe('dense and sparse matrices', () => {
  test('are the same numbers, before and after selecting rows, columns and transposing', () => {
    fc.assert(
      fc.property(matrices, fc.infiniteStream(fc.nat()), (X, stream) => {
        const sparse = toSparse(X);
        expect(toDense(sparse)).toEqual(X);
        const rows = Int32Array.from({ length: 4 }, () => stream.next().value % X.rows);
        expect(toDense(selectRows(sparse, rows))).toEqual(selectRows(X, rows));
        const cols = Int32Array.from(new Set(Array.from({ length: 3 }, () => stream.next().value % X.cols)));
        expect(toDense(selectColumns(sparse, cols))).toEqual(selectColumns(X, cols));
        const turned = toDense(transpose(sparse));
        expect(turned.data.every((v, i) => v === X.data[(i % X.rows) * X.cols + Math.floor(i / X.rows)])).toBe(true);
        expect(toDense(transpose(transpose(sparse)))).toEqual(X);
      }),
    );
  });

  test('blocks of rows stack to one matrix', async () => {
    const X = toSparse({ rows: 3, cols: 2, data: Float32Array.of(1, 0, 0, 2, 3, 0) });
    const blocks = [selectRows(X, Int32Array.of(0)), selectRows(X, Int32Array.of(1, 2))];
    expect(await stackRows(blocks)).toEqual(X);
    await expect(stackRows([X, { ...X, cols: 3 }])).rejects.toThrow('cols: got 3, expected 2');
  });

  test('with invalid values are refused, with the value in the message', () => {
    const X = { rows: 1, cols: 3, data: Float32Array.of(0, NaN, 1) };
    expect(() => checkMatrix(X)).toThrow('X.data[1]: NaN is not valid; replace missing and infinite values');
    expect(() => checkMatrix({ ...X, data: Float32Array.of(0, -Infinity, 1) })).toThrow('X.data[1]: -Infinity');
    expect(() => checkMatrix({ ...X, rows: 2 })).toThrow('X.data: got 3, expected 6');
    const sparse = toSparse({ rows: 1, cols: 3, data: Float32Array.of(0, 2, 1) });
    expect(() => checkMatrix({ ...sparse, cols: 2 })).toThrow('X.indices[1]: 2 is not valid; use columns from 0 to 1');
    expect(() => selectRows(X, Int32Array.of(1))).toThrow('rows[0]: 1 is not valid; use 0 to 0');
    expect(() => selectColumns(X, Int32Array.of(1, 1))).toThrow('cols[1]: 1 is not valid; name each column once');
  });
});
