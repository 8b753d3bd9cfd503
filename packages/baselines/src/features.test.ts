import { selectColumns } from '@geneformer-ts/analysis';
import { toDense, toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { log1pCp10k } from './log1p-cp10k.js';
import { rankFeatures } from './rank-features.js';
import { StandardScaler } from './standard-scaler.js';
import { golden } from './testing/golden.js';

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
  test('equals numpy, also for a cell without counts', () => {
    expectClose(toDense(levels).data, fixture.log1p, 5);
  });

  test('scales by given totals when only some genes are there', () => {
    const half = toSparse({ rows: 1, cols: 2, data: Float32Array.of(5, 0) });
    expectClose(log1pCp10k(half, Float64Array.of(1000)).data, [Math.log(51)], 5);
  });

  test('refuses negative values, which are not counts', () => {
    const scaled = toSparse({ rows: 1, cols: 2, data: Float32Array.of(1, -0.5) });
    expect(() => log1pCp10k(scaled)).toThrow('X.data[1]: -0.5 is not valid; give raw counts');
  });
});

describe('StandardScaler', () => {
  test('centres dense features and leaves sparse ones sparse, equal to scikit-learn', () => {
    const dense = toDense(firstTen);
    expectClose(new StandardScaler().fit(dense).transform(dense).data, fixture.scaled, 4);
    const sparse = new StandardScaler().fit(firstTen).transform(firstTen);
    expect(sparse.indices).toBe(firstTen.indices);
    expectClose(toDense(sparse).data, fixture.scaledAboutZero, 4);
  });

  test('clips at maxValue', () => {
    const X = { rows: 5, cols: 1, data: Float32Array.of(0, 0, 0, 0, 1) };
    expect(Math.max(...new StandardScaler({ maxValue: 1.5 }).fit(X).transform(X).data)).toBe(1.5);
  });

  test('wants the columns it was fitted on', () => {
    const scaler = new StandardScaler();
    expect(() => scaler.transform(firstTen)).toThrow('StandardScaler: predictions were asked for before fit()');
    expect(() => scaler.fit(firstTen).transform(levels)).toThrow('X.cols: got 50, expected 10');
  });
});

describe('rankFeatures', () => {
  const cells = { inputIds: Int32Array.of(2, 5, 3, 3, 4, 9), offsets: Int32Array.of(0, 3, 6) };

  test('is maxLength - position, and 0 for genes not there', () => {
    const X = toDense(rankFeatures(cells, 10, 2048));
    expect([...X.data.subarray(0, 10)]).toEqual([0, 0, 2048, 2046, 0, 2047, 0, 0, 0, 0]);
    expect([...X.data.subarray(10)]).toEqual([0, 0, 0, 2048, 2047, 0, 0, 0, 0, 2046]);
  });

  test('tokens that are not genes take no position, and ranks past maxLength are 0', () => {
    const X = toDense(rankFeatures(cells, 10, 2, { skip: [2] }));
    expect([...X.data.subarray(0, 10)]).toEqual([0, 0, 0, 1, 0, 2, 0, 0, 0, 0]);
    expect([...X.data.subarray(10)]).toEqual([0, 0, 0, 2, 1, 0, 0, 0, 0, 0]);
  });

  test('refuses tokens of another vocabulary', () => {
    expect(() => rankFeatures(cells, 9, 2048)).toThrow('inputIds[5]: 9 is not valid; use the vocabulary');
  });
});
