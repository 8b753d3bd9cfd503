import { type DenseMatrix, toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { LinearSVC } from '../svm/linear-svc.js';
import { LogisticRegression } from './logistic-regression.js';
import { golden } from '../testing/golden.js';
import { randomMatrix } from '../testing/random-matrix.js';

interface FittedValues {
  coef: number[];
  intercept: number[];
}

const fixture = golden<{
  rows: number;
  cols: number;
  X: number[];
  cases: {
    name: string;
    options: { C?: number; fit_intercept?: boolean; class_weight?: 'balanced' };
    y: number[];
    logistic: FittedValues & { probabilities: number[] };
    svm: FittedValues & { decision: number[] };
  }[];
}>('linear');

const X: DenseMatrix = { rows: fixture.rows, cols: fixture.cols, data: Float32Array.from(fixture.X) };
const firstFour: DenseMatrix = { ...X, rows: 4, data: X.data.subarray(0, 4 * X.cols) };

const cases = fixture.cases.map(({ name, options, ...rest }) => ({
  ...rest,
  title: `${name} ${JSON.stringify(options)}`,
  y: Int32Array.from(rest.y),
  classes: Math.max(...rest.y) + 1,
  options: {
    ...(options.C !== undefined && { C: options.C }),
    ...(options.fit_intercept !== undefined && { fitIntercept: options.fit_intercept }),
    ...(options.class_weight && { classWeight: options.class_weight }),
  },
}));

function expectClose(actual: Iterable<number>, expected: number[], digits: number): void {
  const values = [...actual];
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], digits));
}

const flat = (rows: Float64Array[]) => rows.flatMap((row) => [...row]);

describe('LogisticRegression', () => {
  test.each(cases)('gives scikit-learn’s coefficients: $title', ({ options, y, classes, logistic }) => {
    for (const features of [X, toSparse(X)]) {
      const model = new LogisticRegression({ ...options, tol: 1e-9, maxIter: 1000 }).fit(features, y, classes);
      expectClose(flat(model.coef), logistic.coef, 5);
      expectClose(model.intercept, logistic.intercept, 5);
      expectClose(model.predictProba(firstFour), logistic.probabilities, 5);
    }
  });

  test('gives probability 0 to a class without training rows and learns the other classes', () => {
    const { y, classes } = cases[0];
    const shifted = y.map((label) => (label === 2 ? 3 : label));
    const model = new LogisticRegression().fit(X, shifted, 5);
    const usual = new LogisticRegression().fit(X, y, classes).predictProba(X);
    model.predictProba(X).forEach((p, i) => {
      const label = i % 5;
      const same = label === 3 ? 2 : label;
      const expected = label === 2 || label === 4 ? 0 : usual[Math.floor(i / 5) * 3 + same];
      expect(p).toBe(expected);
    });
  });

  test('stops by the mean loss, so that ten copies of the rows take as many iterations', () => {
    const copies = <T extends Float32Array | Int32Array>(values: T): T => {
      const out = new (values.constructor as new (length: number) => T)(10 * values.length);
      for (let i = 0; i < 10; i++) out.set(values, i * values.length);
      return out;
    };
    const { y } = cases[0];
    const once = new LogisticRegression({ C: 1 }).fit(X, y, 3);
    const tenTimes = new LogisticRegression({ C: 0.1 }).fit(
      { ...X, rows: 10 * X.rows, data: copies(X.data) },
      copies(y),
      3,
    );
    expect(tenTimes.iterations).toBe(once.iterations);
  });

  test('reports the number of iterations and whether the fit converged', () => {
    const seen: number[] = [];
    const options = { maxIter: 3, tol: 1e-9, onProgress: ({ done }: { done: number }) => seen.push(done) };
    const model = new LogisticRegression(options).fit(X, cases[0].y, 3);
    expect(seen).toEqual([1, 2, 3]);
    expect(model).toMatchObject({ iterations: 3, converged: false });
    expect(new LogisticRegression().fit(X, cases[0].y, 3).converged).toBe(true);
  });

  test('does not depend on the order of the rows', () => {
    const { y } = cases[0];
    const reversed = { ...X, data: new Float32Array(X.data.length) };
    for (let row = 0; row < X.rows; row++) {
      reversed.data.set(X.data.subarray(row * X.cols, (row + 1) * X.cols), (X.rows - 1 - row) * X.cols);
    }
    const a = new LogisticRegression({ tol: 1e-8 }).fit(X, y, 3).coef;
    const b = new LogisticRegression({ tol: 1e-8 }).fit(reversed, y.slice().reverse(), 3).coef;
    expectClose(flat(a), flat(b), 6);
  });
});

describe('LinearSVC', () => {
  test.each(cases)('gives the coefficients of scikit-learn (liblinear): $title', ({ options, y, classes, svm }) => {
    const model = new LinearSVC({ ...options, tol: 1e-8 }).fit(toSparse(X), y, classes);
    expectClose(flat(model.coef), svm.coef, 4);
    if (options.fitIntercept !== false) expectClose(model.intercept, svm.intercept, 4);
    expectClose(model.decisionFunction(firstFour), svm.decision, 4);
  });

  test('predicts the class with the largest margin, and probabilities sum to 1', () => {
    const { y } = cases[0];
    const model = new LinearSVC().fit(X, y, 3);
    const margins = model.decisionFunction(X);
    const probabilities = model.predictProba(X);
    model.predict(X).forEach((label, row) => {
      const ofRow = [...margins.subarray(row * 3, row * 3 + 3)];
      expect(label).toBe(ofRow.indexOf(Math.max(...ofRow)));
      expect(probabilities.subarray(row * 3, row * 3 + 3).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    });
  });
});

test('dense and sparse features agree for sizes that are not multiples of the block size', () => {
  const wide = randomMatrix(53, 17, 4, 0.2);
  const y = Int32Array.from({ length: 53 }, (_, row) => (row * 7) % 3);
  const dense = new LogisticRegression({ tol: 1e-8 }).fit(wide, y, 3);
  const sparse = new LogisticRegression({ tol: 1e-8 }).fit(toSparse(wide), y, 3);
  expectClose(flat(dense.coef), flat(sparse.coef), 6);
});

test('invalid arguments are errors of one line', () => {
  const { y } = cases[0];
  expect(() => new LogisticRegression({ C: 0 })).toThrow('C: 0 is not valid; use a number above 0');
  expect(() => new LogisticRegression().fit(X, y.subarray(1), 3)).toThrow('y: got 89, expected 90; give one label');
  expect(() => new LogisticRegression().fit(X, y, 2)).toThrow(/y\[\d+\]: 2 is not valid; use labels from 0 to 1/);
  const same = y.map(() => 1);
  expect(() => new LinearSVC().fit(X, same, 2)).toThrow('LinearSVC: every training row has class 1');
  expect(() => new LinearSVC().predict(X)).toThrow('LinearSVC: predictions are available only after fit()');
  const model = new LinearSVC().fit(X, y, 3);
  expect(() => model.predict({ rows: 1, cols: 2, data: new Float32Array(2) })).toThrow('X.cols: got 2, expected 6');
});
