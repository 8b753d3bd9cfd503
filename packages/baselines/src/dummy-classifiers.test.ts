import { below, type DenseMatrix, randomStream, toSparse } from '@geneformer-ts/core';
import { expect, test } from '@jest/globals';
import { rocAuc } from '@geneformer-ts/eval';
import { columnSummaries } from './features/cell-features.js';
import { DetectionRateClassifier } from './dummy-classifiers.js';

test('DetectionRateClassifier learns from detection rates only', () => {
  const random = randomStream(2, 0);
  const y = Int32Array.from({ length: 200 }, (_, row) => row % 2);
  const detected = (percent: (label: number) => number): DenseMatrix => ({
    rows: 200,
    cols: 50,
    data: new Float32Array(10_000).map((_, i) =>
      below(random, 100) < percent(y[Math.floor(i / 50)]) ? 1 + below(random, 5) : 0,
    ),
  });
  const area = (X: DenseMatrix) => {
    const model = new DetectionRateClassifier().fit(X, y, 2);
    expect(model.predictProba(toSparse(X))).toEqual(model.predictProba(X));
    return rocAuc(y, Float64Array.from(model.predictProba(X)), 2);
  };
  expect(area(detected((label) => 30 + 20 * label))).toBeGreaterThan(0.95);
  expect(area(detected(() => 40))).toBeLessThan(0.75);
});

test('rows with equal rates get the class shares, with one row of every class added', () => {
  const X = { rows: 3, cols: 2, data: new Float32Array(6).fill(1) };
  const model = new DetectionRateClassifier({ groups: 2 }).fit(X, Int32Array.of(0, 0, 1), 2);
  expect(model.predictProba(X)[0]).toBeCloseTo(3 / 5, 6);
});

test('column summaries are the detection rate, the mean, and the mean of the values that are not 0', () => {
  const X = toSparse({ rows: 4, cols: 3, data: Float32Array.of(2, 0, 1, 0, 0, 1, 4, 0, 1, 0, 0, 1) });
  const { rows, cols, data } = columnSummaries(X);
  expect([rows, cols]).toEqual([3, 3]);
  expect([...data]).toEqual([0.5, 1.5, 3, 0, 0, 0, 1, 1, 1]);
});
