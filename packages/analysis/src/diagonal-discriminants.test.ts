import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { ArgumentError, toSparse } from '@geneformer-ts/core';
import { DiagonalDiscriminants } from './diagonal-discriminants.js';
import { matrix } from './testing/golden.js';

interface Fixture {
  cols: number;
  kept: number;
  data: number[];
  labels: number[];
  weights: number[];
  scores: number[];
}

/** Values from numpy, written by tools/parity/analysis-discriminants.py. */
const golden = JSON.parse(readFileSync(new URL('../fixtures/discriminants.json', import.meta.url), 'utf8')) as Fixture;
const X = matrix(golden.data, golden.cols);
const y = Int32Array.from(golden.labels);

describe('DiagonalDiscriminants', () => {
  test('finds the weights and scores of an exact decomposition, from dense and from sparse features', () => {
    for (const features of [X, toSparse(X)]) {
      const model = new DiagonalDiscriminants({ nComponents: golden.kept }).fit(features, y);
      expect(model.weights.data).toBeAllClose(golden.weights, { rtol: 1e-4, atol: 1e-4 });
      expect(model.transform(features).data).toBeAllClose(golden.scores, { rtol: 1e-4, atol: 1e-3 });
    }
  });

  test('keeps at most one discriminant fewer than there are classes', () => {
    expect(new DiagonalDiscriminants({ nComponents: 50 }).fit(X, y).weights.cols).toBe(7);
  });

  test('says what to do before it is fitted, and about labels that do not fit', () => {
    expect(() => new DiagonalDiscriminants().transform(X)).toThrow('call fit(X, y) first');
    expect(() =>
      new DiagonalDiscriminants().fit(
        X,
        y.map(() => 0),
      ),
    ).toThrow('at least 2 classes');
    expect(() => new DiagonalDiscriminants().fit(X, y.subarray(1))).toThrow('give one label per row of X');
    expect(() => new DiagonalDiscriminants({ leastVariance: 0 })).toThrow(ArgumentError);
    const fitted = new DiagonalDiscriminants().fit(X, y);
    expect(() => fitted.transform(matrix([1, 2], 2))).toThrow('give the columns the model was fitted on');
  });
});
