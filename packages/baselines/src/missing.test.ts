import { selectRows } from '@geneformer-ts/analysis';
import { type DenseMatrix, toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { GradientBoostingClassifier } from './gradient-boosting.js';
import { datasets } from './testing/datasets.js';
import { golden } from './testing/golden.js';

const fixture = golden<{
  missing: number[];
  model: object;
  probabilities: number[];
  bestIteration: number;
  losses: number[];
  stopped: number[];
}>('missing');

const { train, test: held } = datasets[3];
const gone = new Set(fixture.missing);
const withGaps = (X: DenseMatrix, offset: number): DenseMatrix => ({
  ...X,
  data: X.data.map((value, i) => (gone.has(offset + i) ? NaN : value)),
});
const trainX = withGaps(train.X, 0);
const heldX = withGaps(held.X, train.X.data.length);
const asked = selectRows(
  heldX,
  Int32Array.from({ length: 60 }, (_, row) => row),
);

function expectClose(actual: Iterable<number>, expected: number[], tolerance: number): void {
  const values = [...actual];
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(tolerance));
}

describe('missing values', () => {
  test('a model of XGBoost sends them where XGBoost does', () => {
    const model = GradientBoostingClassifier.fromXGBoost(JSON.stringify(fixture.model));
    expectClose(model.predictProba(asked), fixture.probabilities, 1e-6);
  });

  test('each split learns the side that it learns in XGBoost', () => {
    const model = new GradientBoostingClassifier({ nEstimators: 8, maxDepth: 4, maxBins: 256 });
    model.fit(trainX, train.y, 3);
    expectClose(model.predictProba(asked), fixture.probabilities, 1e-6);
    const again = GradientBoostingClassifier.fromXGBoost(model.toXGBoost());
    expect(again.predictProba(asked)).toEqual(model.predictProba(asked));
    expect(model.fit(toSparse(trainX), train.y, 3).predictProba(toSparse(asked))).toEqual(again.predictProba(asked));
  });

  test('a column that is only ever missing for one class tells it apart', () => {
    const y = Int32Array.from({ length: 40 }, (_, row) => row % 2);
    const X = { rows: 40, cols: 1, data: Float32Array.from(y, (label, row) => (label === 1 ? NaN : row)) };
    const model = new GradientBoostingClassifier({ nEstimators: 5 }).fit(X, y, 2);
    expect(model.predict(X)).toEqual(y);
  });
});

describe('early stopping', () => {
  const options = { nEstimators: 100, maxDepth: 3, learningRate: 0.5, maxBins: 256, earlyStoppingRounds: 5 };

  test('stops about where XGBoost stops and keeps the best rounds', () => {
    const model = new GradientBoostingClassifier(options).fit(trainX, train.y, 3, { X: heldX, y: held.y });
    const best = model.evaluationLoss.indexOf(Math.min(...model.evaluationLoss));
    expect(model.evaluationLoss).toHaveLength(best + 6);
    expect(Math.abs(best - fixture.bestIteration)).toBeLessThanOrEqual(3);
    expect(Math.abs(model.evaluationLoss[best] - Math.min(...fixture.losses))).toBeLessThan(0.02);
    const rounds = new GradientBoostingClassifier({ ...options, nEstimators: best + 1 });
    rounds.fit(trainX, train.y, 3, { X: heldX, y: held.y });
    expect(model.predictProba(asked)).toEqual(rounds.predictProba(asked));
  });

  test('wants rows to watch', () => {
    expect(() => new GradientBoostingClassifier(options).fit(trainX, train.y, 3)).toThrow('evaluation rows');
  });
});
