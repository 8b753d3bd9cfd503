import { type DenseMatrix, toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { LabelPropagation, LabelSpreading } from './label-propagation.js';
import { LogisticRegression } from '../linear/logistic-regression.js';
import { SelfTrainingClassifier } from './self-training.js';
import { golden } from '../testing/golden.js';

const fixture = golden<{
  X: number[];
  y: number[];
  queries: number[];
  graphs: {
    model: 'propagation' | 'spreading';
    options: { kernel: 'rbf' | 'knn'; gamma?: number; n_neighbors?: number };
    distributions: number[];
    transduction: number[];
    probabilities: number[];
  }[];
  trained: {
    options: { threshold?: number; k_best?: number };
    transduction: number[];
    labeledIn: number[];
    probabilities: number[];
  }[];
}>('partly-labeled');

const matrix = (values: number[]): DenseMatrix => ({
  rows: values.length / 2,
  cols: 2,
  data: Float32Array.from(values),
});
const X = matrix(fixture.X);
const queries = matrix(fixture.queries);
const y = Int32Array.from(fixture.y);

function expectClose(actual: Iterable<number>, expected: number[], digits: number): void {
  const values = [...actual];
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], digits));
}

describe('label propagation and spreading equal scikit-learn', () => {
  test.each(fixture.graphs)(
    '$model $options',
    ({ model: name, options, distributions, transduction, probabilities }) => {
      const kernel =
        options.kernel === 'knn'
          ? { kernel: 'knn' as const, nNeighbors: options.n_neighbors! }
          : { kernel: 'rbf' as const, gamma: options.gamma! };
      const model = name === 'propagation' ? new LabelPropagation(kernel) : new LabelSpreading(kernel);
      model.fit(X, y, 3);
      expectClose(model.labelDistributions, distributions, 5);
      expect([...model.transduction]).toEqual(transduction);
      expectClose(model.predictProba(queries), probabilities, 5);
      expectClose(model.predictProba(toSparse(queries)), probabilities, 5);
    },
  );

  test('LabelPropagation keeps the labels of labeled rows', () => {
    const { transduction } = new LabelPropagation({ gamma: 1 }).fit(X, y, 3);
    y.forEach((label, row) => label === -1 || expect(transduction[row]).toBe(label));
  });

  test('a row without connections gets equal probabilities', () => {
    const model = new LabelSpreading({ gamma: 100 }).fit(X, y, 3);
    const away = { rows: 1, cols: 2, data: Float32Array.of(500, 500) };
    expectClose(model.predictProba(away), [1 / 3, 1 / 3, 1 / 3], 6);
  });
});

describe('SelfTrainingClassifier', () => {
  const make = () => new LogisticRegression({ C: 5, tol: 1e-8, maxIter: 1000 });

  test.each(fixture.trained)('labels the same rows as scikit-learn in the same rounds: $options', (expected) => {
    const { threshold, k_best: kBest } = expected.options;
    const options = kBest ? { criterion: 'k_best' as const, kBest } : { threshold: threshold! };
    const model = new SelfTrainingClassifier(make, options).fit(X, y, 3);
    expect([...model.transduction]).toEqual(expected.transduction);
    expect([...model.labeledIter]).toEqual(expected.labeledIn);
    expectClose(model.predictProba(queries), expected.probabilities, 5);
  });

  test('equals the classifier itself when every label is known', () => {
    const known = Int32Array.from({ length: X.rows }, (_, row) => row % 3);
    const rounds: number[] = [];
    const model = new SelfTrainingClassifier(make, { onProgress: ({ done }) => rounds.push(done) }).fit(X, known, 3);
    expect(model.predictProba(queries)).toEqual(make().fit(X, known, 3).predictProba(queries));
    expect(rounds).toEqual([]);
  });
});

test('fits without labels, or with labels of one class, are errors', () => {
  const none = new Int32Array(X.rows).fill(-1);
  const one = none.map((_, row) => (row < 3 ? 1 : -1));
  expect(() => new LabelPropagation().fit(X, none, 2)).toThrow('X.rows: got 0, expected 1; give training rows');
  expect(() => new SelfTrainingClassifier(() => new LogisticRegression()).fit(X, one, 2)).toThrow(
    'every training row has class 1',
  );
  expect(() => new LabelSpreading().fit(X, one.subarray(1), 2)).toThrow('-1 where the class is unknown');
  expect(() => new LabelSpreading({ alpha: 1 })).toThrow('alpha: 1 is not valid; use a number between 0 and 1');
});
