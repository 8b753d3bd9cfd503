import { describe, expect, test } from '@jest/globals';
import { toSparse } from '@geneformer-ts/core';
import { golden, matrix } from '../testing/golden.js';
import { NearestNeighbors } from './nearest-neighbors.js';

const { data, cols, among, queries, asked } = golden.neighbors;
const X = matrix(data, cols);

describe('NearestNeighbors', () => {
  test.each([
    ['dense', X],
    ['sparse', toSparse(X)],
  ])('finds scikit-learn’s neighbors among the fitted rows, from %s rows, and no row as its own', (_, rows) => {
    const found = new NearestNeighbors({ nNeighbors: among.k - 1 }).fit(rows).kneighbors();
    const others = <T>(values: T[]) => values.filter((_value, i) => i % among.k > 0);
    expect([...found.indices]).toEqual(others(among.indices));
    others(among.distances).forEach((distance, i) => expect(found.distances[i]).toBeCloseTo(distance, 6));
  });

  test.each(asked)('finds scikit-learn’s neighbors of other rows by $metric distance', (expected) => {
    const { k: nNeighbors, metric } = expected;
    for (const [rows, others] of [
      [X, matrix(queries, cols)],
      [toSparse(X), matrix(queries, cols)],
      [X, toSparse(matrix(queries, cols))],
    ] as const) {
      const found = new NearestNeighbors({ nNeighbors, metric }).fit(rows).kneighbors(others);
      expect([...found.indices]).toEqual(expected.indices);
      expected.distances.forEach((distance, i) => expect(found.distances[i]).toBeCloseTo(distance, 6));
    }
  });

  test('takes the lower row number among rows at the same distance', () => {
    const same = matrix(new Array<number>(10).fill(1), 2);
    for (const rows of [same, toSparse(same)]) {
      const model = new NearestNeighbors({ nNeighbors: 2 }).fit(rows);
      expect([...model.kneighbors().indices]).toEqual([1, 2, 0, 2, 0, 1, 0, 1, 0, 1]);
      expect([...model.kneighbors(matrix([1, 1], 2)).indices]).toEqual([0, 1]);
    }
  });

  test('gives all rows where fewer are there than were asked for', () => {
    const model = new NearestNeighbors({ nNeighbors: 9 }).fit(matrix([0, 1, 3], 1));
    expect(model.kneighbors()).toEqual({
      k: 2,
      indices: Int32Array.of(1, 2, 0, 2, 1, 0),
      distances: Float64Array.of(1, 3, 1, 2, 2, 3),
    });
    expect(model.kneighbors(matrix([5], 1)).indices).toEqual(Int32Array.of(2, 1, 0));
  });

  test('keeps rows whose distance overflows', () => {
    const far = { rows: 3, cols: 1, data: Float64Array.of(0, 1e200, -1e200) };
    expect([...new NearestNeighbors({ nNeighbors: 2 }).fit(far).kneighbors().indices]).toEqual([1, 2, 0, 2, 0, 1]);
  });

  test('names what is wrong and what to do', () => {
    expect(() => new NearestNeighbors().kneighbors()).toThrow(
      'NearestNeighbors: neighbors are available only after fit(); call fit(X) first',
    );
    expect(() => new NearestNeighbors().fit(X).kneighbors(matrix([1, 2], 2))).toThrow('X.cols: got 2, expected 5');
    expect(() => new NearestNeighbors().fit(matrix([NaN], 1))).toThrow('X.data[0]: NaN');
    expect(() => new NearestNeighbors({ nNeighbors: 0 })).toThrow('nNeighbors: 0');
    expect(() => new NearestNeighbors({ metric: 'l1' as never })).toThrow('metric: "l1"');
    expect(() => new NearestNeighbors({ algorithm: 'kd_tree' as never })).toThrow('algorithm: "kd_tree"');
    expect(() => new NearestNeighbors({ algorithm: 'nn-descent', metric: 'cosine' })).toThrow('brute or auto');
    expect(() => new NearestNeighbors({ algorithm: 'nn-descent' }).fit(toSparse(X))).toThrow('brute or auto');
  });
});
