import { type DenseMatrix, toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { SVC, type SVCOptions } from './svm/svc.js';
import { LogisticRegression } from './linear/logistic-regression.js';
import { KNeighborsClassifier, type KNeighborsOptions } from './k-neighbors.js';
import { couplePairs } from './svm/pairwise-coupling.js';
import { golden } from './testing/golden.js';

const fixture = golden<{
  X: number[];
  y: number[];
  queries: number[];
  l1: { name: string; C: number; y: number[]; coef: number[]; intercept: number[] }[];
  neighbors: {
    options: { n_neighbors: number; weights?: KNeighborsOptions['weights']; metric?: KNeighborsOptions['metric'] };
    probabilities: number[];
  }[];
  kernels: {
    options: Pick<SVCOptions, 'kernel' | 'degree' | 'coef0' | 'gamma' | 'C'> & { class_weight?: 'balanced' };
    margins: number[];
    probabilities: number[];
    sigmoids: [number[], number[]];
  }[];
}>('models');

const matrix = (values: number[]): DenseMatrix => ({
  rows: values.length / 6,
  cols: 6,
  data: Float32Array.from(values),
});
const X = matrix(fixture.X);
const y = Int32Array.from(fixture.y);
const queries = matrix(fixture.queries);

function expectClose(actual: Iterable<number>, expected: number[], tolerance: number): void {
  const values = [...actual];
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(tolerance));
}

describe('an L1 penalty', () => {
  test.each(fixture.l1)('gives the weights of scikit-learn’s saga solver: $name, C = $C', (expected) => {
    const labels = Int32Array.from(expected.y);
    const classes = Math.max(...expected.y) + 1;
    const options = { penalty: 'l1' as const, C: expected.C, tol: 1e-9, maxIter: 10_000 };
    const model = new LogisticRegression(options).fit(toSparse(X), labels, classes);
    const coef = model.coef.flatMap((row) => [...row]);
    expectClose(coef, expected.coef, 1e-4);
    expectClose(model.intercept, expected.intercept, 1e-3);
    // Weights that the penalty removes are exactly 0, not small.
    expect(coef.map((weight) => weight === 0)).toEqual(expected.coef.map((weight) => Math.abs(weight) < 1e-6));
  });

  test('selects fewer columns when it is stronger', () => {
    const selected = (C: number) =>
      new LogisticRegression({ penalty: 'l1', C, maxIter: 1000 })
        .fit(X, y, 3)
        .coef.flatMap((row) => [...row])
        .filter((weight) => weight !== 0).length;
    expect(selected(0.03)).toBeLessThan(selected(0.3));
    expect(selected(0.001)).toBe(0);
  });
});

describe('KNeighborsClassifier', () => {
  test.each(fixture.neighbors)('gives scikit-learn’s probabilities: $options', ({ options, probabilities }) => {
    const { n_neighbors: nNeighbors, weights = 'uniform', metric = 'euclidean' } = options;
    const model = new KNeighborsClassifier({ nNeighbors, weights, metric }).fit(X, y, 3);
    expectClose(model.predictProba(queries), probabilities, 1e-5);
    expectClose(model.predictProba(toSparse(queries)), probabilities, 1e-5);
  });

  test('weighted by distance, a training row gets its own class', () => {
    const model = new KNeighborsClassifier({ weights: 'distance' }).fit(X, y, 3);
    expect(model.predict(X)).toEqual(y);
  });
});

describe('SVC', () => {
  test.each(fixture.kernels)('gives the margins of scikit-learn’s SVC: $options', async (expected) => {
    const { class_weight: classWeight, ...options } = expected.options;
    const model = await SVC.create({ ...options, ...(classWeight && { classWeight }), tol: 1e-6 });
    model.fit(X, y, 3);
    expectClose(model.decisionFunction(queries), expected.margins, 2e-5);
    // Both fit sigmoids, but on the margins of different folds.
    const difference = model.predictProba(queries).map((share, i) => Math.abs(share - expected.probabilities[i]));
    expect(difference.reduce((sum, value) => sum + value, 0) / difference.length).toBeLessThan(0.06);
  });

  test('gives the same bits again, also after another fit', async () => {
    const fit = async () => (await SVC.create({ randomState: 3 })).fit(X, y, 3).predictProba(queries);
    const first = await fit();
    expect(await fit()).toEqual(first);
  });

  test.each(fixture.kernels)('couples pairwise probabilities as LIBSVM does: $options', (expected) => {
    const [slopes, offsets] = expected.sigmoids;
    for (let row = 0; row < queries.rows; row++) {
      const pairs = new Float64Array(9);
      [
        [0, 1],
        [0, 2],
        [1, 2],
      ].forEach(([i = 0, j = 0], pair) => {
        const margin = expected.margins[row * 3 + pair];
        const share = 1 / (1 + Math.exp(slopes[pair] * margin + offsets[pair]));
        pairs[i * 3 + j] = share;
        pairs[j * 3 + i] = 1 - share;
      });
      expectClose(couplePairs(pairs, 3), expected.probabilities.slice(row * 3, row * 3 + 3), 1e-5);
    }
  });
});
