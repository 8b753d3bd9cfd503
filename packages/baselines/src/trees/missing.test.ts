import { selectRows } from '@geneformer-ts/analysis';
import { type DenseMatrix, toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { XGBClassifier } from './xgb-classifier.js';
import { datasets } from '../testing/datasets.js';
import { golden } from '../testing/golden.js';

const fixture = golden<{
  missing: number[];
  model: object;
  probabilities: number[];
  bestIteration: number;
  losses: number[];
  stopped: number[];
}>('missing');

const { train, test: held } = datasets[3];
const missing = new Set(fixture.missing);
const withMissing = (X: DenseMatrix, offset: number): DenseMatrix => ({
  ...X,
  data: X.data.map((value, i) => (missing.has(offset + i) ? NaN : value)),
});
const trainX = withMissing(train.X, 0);
const heldX = withMissing(held.X, train.X.data.length);
const queries = selectRows(
  heldX,
  Int32Array.from({ length: 60 }, (_, row) => row),
);

function expectClose(actual: Iterable<number>, expected: number[], tolerance: number): void {
  const values = [...actual];
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(tolerance));
}

describe('missing values', () => {
  test('a model of XGBoost gives XGBoost’s predictions', () => {
    const model = XGBClassifier.fromXGBoost(JSON.stringify(fixture.model));
    expectClose(model.predictProba(queries), fixture.probabilities, 1e-6);
  });

  test('each split learns the same direction as in XGBoost', () => {
    const model = new XGBClassifier({ nEstimators: 8, maxDepth: 4, maxBin: 256, baseScore: 0.5 });
    model.fit(trainX, train.y, 3);
    expectClose(model.predictProba(queries), fixture.probabilities, 1e-6);
    const again = XGBClassifier.fromXGBoost(model.toXGBoost());
    expect(again.predictProba(queries)).toEqual(model.predictProba(queries));
    expect(model.fit(toSparse(trainX), train.y, 3).predictProba(toSparse(queries))).toEqual(
      again.predictProba(queries),
    );
  });

  test('a split can separate missing values from all others', () => {
    const y = Int32Array.from({ length: 40 }, (_, row) => row % 2);
    const X = { rows: 40, cols: 1, data: Float32Array.from(y, (label, row) => (label === 1 ? NaN : row)) };
    const model = new XGBClassifier({ nEstimators: 5 }).fit(X, y, 2);
    expect(model.predict(X)).toEqual(y);
  });
});

describe('early stopping', () => {
  const options = {
    nEstimators: 100,
    maxDepth: 3,
    learningRate: 0.5,
    maxBin: 256,
    baseScore: 0.5,
    earlyStoppingRounds: 5,
  };

  test('stops at about the same round as XGBoost and keeps the best rounds', () => {
    const model = new XGBClassifier(options).fit(trainX, train.y, 3, { X: heldX, y: held.y });
    const best = model.evaluationLoss.indexOf(Math.min(...model.evaluationLoss));
    expect(model.evaluationLoss).toHaveLength(best + 6);
    expect(Math.abs(best - fixture.bestIteration)).toBeLessThanOrEqual(3);
    expect(Math.abs(model.evaluationLoss[best] - Math.min(...fixture.losses))).toBeLessThan(0.02);
    const rounds = new XGBClassifier({ ...options, nEstimators: best + 1 });
    rounds.fit(trainX, train.y, 3, { X: heldX, y: held.y });
    expect(model.predictProba(queries)).toEqual(rounds.predictProba(queries));
  });

  test('needs evaluation rows', () => {
    expect(() => new XGBClassifier(options).fit(trainX, train.y, 3)).toThrow(
      'earlyStoppingRounds: needs an evaluation set; call fit(X, y, classes, { X, y })',
    );
  });
});
