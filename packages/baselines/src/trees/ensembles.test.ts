import { selectColumns, selectRows } from '@geneformer-ts/analysis';
import { type DenseMatrix, toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { accuracy } from '@geneformer-ts/eval';
import { XGBClassifier } from './xgb-classifier.js';
import { DummyClassifier } from '../dummy-classifiers.js';
import { RandomForestClassifier } from './random-forest.js';
import { golden } from '../testing/golden.js';
import { datasets } from '../testing/datasets.js';

const standardError = (share: number, rows: number) => Math.sqrt((share * (1 - share)) / rows);
const order = (count: number) => Int32Array.from({ length: count }, (_, i) => (i * 7 + 3) % count);
const clouds = datasets[2];

describe('RandomForestClassifier', () => {
  test.each(datasets)('has the accuracy of scikit-learn within one standard error: $name', (data) => {
    const scores = [0, 1, 2].map((seed) => {
      const model = new RandomForestClassifier({ randomState: seed }).fit(data.train.X, data.train.y, data.classes);
      return accuracy(data.test.y, model.predict(data.test.X));
    });
    const mean = scores.reduce((a, b) => a + b) / scores.length;
    expect(Math.abs(mean - data.forest)).toBeLessThan(standardError(data.forest, data.test.y.length));
  });

  test('does not depend on the scale of the features', () => {
    const { X, y } = clouds.train;
    const scaled: DenseMatrix = { ...X, data: X.data.map((value, i) => value * 2 ** (i % X.cols) + 1) };
    const fit = (features: DenseMatrix) => new RandomForestClassifier({ nEstimators: 20 }).fit(features, y, 4);
    expect(fit(scaled).predictProba(scaled)).toEqual(fit(X).predictProba(X));
  });

  test('without bootstrap and depth limit, predicts distinct training rows exactly', () => {
    const { X, y } = clouds.train;
    const model = new RandomForestClassifier({ bootstrap: false, nEstimators: 3 }).fit(X, y, 4);
    expect(accuracy(y, model.predict(X))).toBe(1);
  });

  test('respects maxDepth, minSamplesLeaf and minSamplesSplit', () => {
    const { X, y } = clouds.train;
    const distinct = (options: object) => {
      const model = new RandomForestClassifier({ nEstimators: 1, bootstrap: false, ...options }).fit(X, y, 4);
      const rows = model.predictProba(X);
      const counts = new Map<string, number>();
      for (let row = 0; row < X.rows; row++) {
        const key = rows.subarray(row * 4, row * 4 + 4).join();
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return [...counts.values()];
    };
    expect(distinct({ maxDepth: 2 }).length).toBeLessThanOrEqual(4);
    expect(Math.min(...distinct({ minSamplesLeaf: 25 }))).toBeGreaterThanOrEqual(25);
    expect(distinct({ minSamplesSplit: X.rows + 1 })).toEqual([X.rows]);
  });

  test('balanced weights increase predictions of a rare class', () => {
    const rare = datasets[4];
    const predictedRare = (classWeight?: 'balanced') => {
      const options = { maxDepth: 3, ...(classWeight && { classWeight }) };
      const model = new RandomForestClassifier(options).fit(rare.train.X, rare.train.y, 2);
      return model.predict(rare.test.X).reduce((a, b) => a + b, 0);
    };
    expect(predictedRare('balanced')).toBeGreaterThan(2 * predictedRare());
  });
});

describe('XGBClassifier', () => {
  test.each(datasets)('has the accuracy of XGBoost within one standard error: $name', (data) => {
    const model = new XGBClassifier({ maxBin: 256, baseScore: 0.5 }).fit(data.train.X, data.train.y, data.classes);
    const score = accuracy(data.test.y, model.predict(data.test.X));
    expect(Math.abs(score - data.boosting)).toBeLessThan(standardError(data.boosting, data.test.y.length));
  });

  test.each(datasets)('gives XGBoost’s probabilities with all penalties: $name', (data) => {
    const options = { nEstimators: 20, maxDepth: 3, regLambda: 3, regAlpha: 0.5, gamma: 1, minChildWeight: 4 };
    const model = new XGBClassifier({ ...options, maxBin: 256, baseScore: 0.5 });
    model.fit(data.train.X, data.train.y, data.classes);
    const probabilities = model.predictProba(data.train.X);
    data.penalized.forEach((expected, i) => expect(Math.abs(probabilities[i] - expected)).toBeLessThan(2e-5));
  });

  test.each(golden<{ name: string; probabilities: number[] }[]>('base-score'))(
    'starts from the shares of the classes, as XGBoost 3: $name',
    ({ name, probabilities }) => {
      const { train, classes } = datasets.find((data) => data.name === name)!;
      const options = { nEstimators: 3, maxDepth: 3, learningRate: 0.5, maxBin: 256 };
      const model = new XGBClassifier(options).fit(train.X, train.y, classes);
      const found = model.predictProba(train.X);
      expect(found).toHaveLength(probabilities.length);
      probabilities.forEach((expected, i) => expect(Math.abs(found[i] - expected)).toBeLessThan(2e-6));
      const elsewhere = new XGBClassifier({ ...options, baseScore: 0.5 }).fit(train.X, train.y, classes);
      expect(elsewhere.predictProba(train.X)).not.toEqual(found);
      expect(XGBClassifier.fromXGBoost(model.toXGBoost()).predictProba(train.X)).toEqual(found);
    },
  );

  test('does not depend on the order of rows, to the bit', () => {
    const { X, y } = clouds.train;
    const rows = order(X.rows);
    const fit = (features: DenseMatrix, labels: Int32Array) =>
      new XGBClassifier({ nEstimators: 10 }).fit(features, labels, 4).predict(clouds.test.X);
    const reordered = fit(
      selectRows(X, rows),
      Int32Array.from(rows, (row) => y[row]),
    );
    expect(reordered).toEqual(fit(X, y));
  });

  test('has almost the same accuracy with coarse bins', () => {
    const coarse = new XGBClassifier({ maxBin: 32 }).fit(clouds.train.X, clouds.train.y, 4);
    const score = accuracy(clouds.test.y, coarse.predict(clouds.test.X));
    expect(Math.abs(score - clouds.boosting)).toBeLessThan(2 * standardError(clouds.boosting, clouds.test.y.length));
  });

  test('subsampling rows and columns changes the trees but not the accuracy', () => {
    const options = { subsample: 0.7, colsampleBytree: 0.5, randomState: 3 };
    const model = new XGBClassifier(options).fit(clouds.train.X, clouds.train.y, 4);
    const all = new XGBClassifier().fit(clouds.train.X, clouds.train.y, 4);
    expect(model.predictProba(clouds.test.X)).not.toEqual(all.predictProba(clouds.test.X));
    const score = accuracy(clouds.test.y, model.predict(clouds.test.X));
    expect(Math.abs(score - clouds.boosting)).toBeLessThan(2 * standardError(clouds.boosting, clouds.test.y.length));
  });

  test('predicts the same for every row when no split reaches gamma', () => {
    const model = new XGBClassifier({ gamma: 1e9, nEstimators: 5 }).fit(clouds.train.X, clouds.train.y, 4);
    const probabilities = model.predictProba(clouds.test.X);
    expect(new Set(probabilities.filter((_, i) => i % 4 === 0)).size).toBe(1);
  });
});

describe.each([
  ['forest', (seed: number) => new RandomForestClassifier({ nEstimators: 15, randomState: seed })],
  ['boosting', (seed: number) => new XGBClassifier({ nEstimators: 8, subsample: 0.8, randomState: seed })],
] as const)('%s', (_, make) => {
  const counts = datasets[3];

  test('gives the same model for dense and sparse features', () => {
    const { X, y } = counts.train;
    const dense = make(0).fit(X, y, 3).predictProba(counts.test.X);
    expect(make(0).fit(toSparse(X), y, 3).predictProba(toSparse(counts.test.X))).toEqual(dense);
  });

  test('is reproducible with the same seed and differs with another', () => {
    const { X, y } = counts.train;
    const first = make(1).fit(X, y, 3).predictProba(X);
    expect(make(1).fit(X, y, 3).predictProba(X)).toEqual(first);
    expect(make(2).fit(X, y, 3).predictProba(X)).not.toEqual(first);
  });

  test('gives informative columns high importance', () => {
    const { X, y } = counts.train;
    const importances = make(0).fit(X, y, 3).featureImportances;
    expect(importances.reduce((a, b) => a + b)).toBeCloseTo(1, 10);
    const markers = [0, 1, 2, 20, 21, 22, 40, 41, 42].reduce((sum, col) => sum + importances[col], 0);
    expect(markers).toBeGreaterThan(0.3);
  });

  test('gives probability 0 to a class without training rows', () => {
    const { X, y } = counts.train;
    const rows = Int32Array.from(y.keys()).filter((row) => y[row] !== 1);
    const model = make(0).fit(
      selectRows(X, rows),
      Int32Array.from(rows, (row) => y[row]),
      3,
    );
    expect(
      model
        .predictProba(X)
        .filter((__, i) => i % 3 === 1)
        .every((p) => p === 0),
    ).toBe(true);
  });

  test('predicts the same for every row when all columns are constant', () => {
    const { y } = counts.train;
    const constant = { rows: y.length, cols: 2, data: new Float32Array(2 * y.length).fill(3) };
    const probabilities = make(0).fit(constant, y, 3).predictProba(constant);
    expect(probabilities.subarray(0, 3)).toEqual(probabilities.subarray(3, 6));
  });
});

test('a forest of one tree of depth 1 on one column finds the best cut', () => {
  const X = selectColumns(datasets[0].train.X, Int32Array.of(0));
  const { y } = datasets[0].train;
  const stump = new RandomForestClassifier({ nEstimators: 1, maxDepth: 1, bootstrap: false }).fit(X, y, 2);
  const impurity = (rows: number[]) => {
    const ones = rows.filter((row) => y[row] === 1).length;
    return rows.length && 2 * ones * (1 - ones / rows.length);
  };
  const all = [...y.keys()];
  const after = (left: (row: number) => boolean) => impurity(all.filter(left)) + impurity(all.filter((r) => !left(r)));
  const best = Math.min(...new Set(Array.from(X.data, (cut) => after((row) => X.data[row] <= cut))));
  const probabilities = stump.predictProba(X);
  expect(after((row) => probabilities[2 * row] === probabilities[0])).toBeCloseTo(best, 10);
});

test('DummyClassifier predicts the class shares of the training rows', () => {
  const { X } = clouds.train;
  const model = new DummyClassifier().fit(
    { ...X, rows: 4, data: X.data.slice(0, 4 * X.cols) },
    Int32Array.of(2, 0, 2, 1),
    3,
  );
  expect([...model.predictProba(X).subarray(0, 3)]).toEqual([0.25, 0.25, 0.5]);
  expect(new Set(model.predict(X))).toEqual(new Set([2]));
});
