import { selectColumns } from '@geneformer-ts/analysis';
import { toDense, toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { log1pCp10k, rankFeatures } from './cell-features.js';
import { StandardScaler } from './standard-scaler.js';
import { golden } from '../testing/golden.js';

const fixture = golden<{
  cells: number;
  genes: number;
  counts: number[];
  log1p: number[];
  scaled: number[];
  scaledAboutZero: number[];
}>('features');

const counts = toSparse({ rows: fixture.cells, cols: fixture.genes, data: Float32Array.from(fixture.counts) });
const levels = log1pCp10k(counts);
const firstTen = selectColumns(
  levels,
  Int32Array.from({ length: 10 }, (_, col) => col),
);

function expectClose(actual: Iterable<number>, expected: number[], digits: number): void {
  const values = [...actual];
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], digits));
}

describe('log1pCp10k', () => {
  test('equals numpy, including for a cell without counts', () => {
    expectClose(toDense(levels).data, fixture.log1p, 5);
  });

  test('uses the given totals when X has only some of the genes', () => {
    const half = toSparse({ rows: 1, cols: 2, data: Float32Array.of(5, 0) });
    expectClose(log1pCp10k(half, Float64Array.of(1000)).data, [Math.log(51)], 5);
  });

  test('rejects negative values', () => {
    const scaled = toSparse({ rows: 1, cols: 2, data: Float32Array.of(1, -0.5) });
    expect(() => log1pCp10k(scaled)).toThrow('X.data[1]: -0.5 is not valid; give raw counts');
  });
});

describe('StandardScaler', () => {
  test('equals scikit-learn: centers dense features and keeps sparse features sparse', () => {
    const dense = toDense(firstTen);
    expectClose(new StandardScaler().fit(dense).transform(dense).data, fixture.scaled, 4);
    const sparse = new StandardScaler().fit(firstTen).transform(firstTen);
    expect(sparse.indices).toBe(firstTen.indices);
    expectClose(toDense(sparse).data, fixture.scaledAboutZero, 4);
  });

  test('clips values to maxValue', () => {
    const X = { rows: 5, cols: 1, data: Float32Array.of(0, 0, 0, 0, 1) };
    expect(Math.max(...new StandardScaler({ maxValue: 1.5 }).fit(X).transform(X).data)).toBe(1.5);
  });

  test('transforms only after fit, and only the columns it was fitted on', () => {
    const scaler = new StandardScaler();
    expect(() => scaler.transform(firstTen)).toThrow(
      'StandardScaler: scaled features are available only after fit(); call fit(X) first',
    );
    expect(() => scaler.fit(firstTen).transform(levels)).toThrow('X.cols: got 50, expected 10');
  });
});

describe('rankFeatures', () => {
  const cells = { inputIds: Int32Array.of(2, 5, 3, 3, 4, 9), offsets: Int32Array.of(0, 3, 6) };

  test('is maxLength - position, and 0 for genes that the cell does not have', () => {
    const X = toDense(rankFeatures(cells, 10, 2048));
    expect([...X.data.subarray(0, 10)]).toEqual([0, 0, 2048, 2046, 0, 2047, 0, 0, 0, 0]);
    expect([...X.data.subarray(10)]).toEqual([0, 0, 0, 2048, 2047, 0, 0, 0, 0, 2046]);
  });

  test('skips tokens that are not genes, and gives 0 for positions after maxLength', () => {
    const X = toDense(rankFeatures(cells, 10, 2, { skip: [2] }));
    expect([...X.data.subarray(0, 10)]).toEqual([0, 0, 0, 1, 0, 2, 0, 0, 0, 0]);
    expect([...X.data.subarray(10)]).toEqual([0, 0, 0, 2, 1, 0, 0, 0, 0, 0]);
  });

  test('rejects tokens outside the vocabulary', () => {
    expect(() => rankFeatures(cells, 9, 2048)).toThrow('inputIds[5]: 9 is not valid; use the vocabulary');
  });
});
