import { selectRows } from '@geneformer-ts/analysis';
import { toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { XGBClassifier } from '../trees/xgb-classifier.js';
import { datasets } from '../testing/datasets.js';
import { golden } from '../testing/golden.js';
import { nextFloat, previousFloat } from './write-xgboost.js';

const counts = datasets[3];
const queries = selectRows(
  counts.test.X,
  Int32Array.from({ length: 40 }, (_, row) => row),
);
const predicted = golden<Record<'multi' | 'binary' | 'here', number[]>>('model-predictions');
const saved = golden<Record<'multi' | 'binary', object>>('model-from-xgboost');

const fit = () =>
  new XGBClassifier({ nEstimators: 4, maxDepth: 3, baseScore: 0.5 }).fit(counts.train.X, counts.train.y, 3);

function expectClose(actual: Float32Array, expected: number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-6));
}

describe('XGBoost’s JSON', () => {
  test('a model saved by XGBoost gives the same predictions here', () => {
    const multi = XGBClassifier.fromXGBoost(JSON.stringify(saved.multi));
    expectClose(multi.predictProba(queries), predicted.multi);
    expectClose(multi.predictProba(toSparse(queries)), predicted.multi);
    const binary = XGBClassifier.fromXGBoost(JSON.stringify(saved.binary));
    expectClose(
      binary.predictProba(queries).filter((_, i) => i % 2 === 1),
      predicted.binary,
    );
  });

  test('a model saved here gives the same predictions in XGBoost', () => {
    const model = fit();
    // XGBoost's predictions in the fixture are for this JSON.
    expect(JSON.parse(model.toXGBoost())).toEqual(golden('model-from-here'));
    expectClose(model.predictProba(queries), predicted.here);
  });

  test('a model is the same after saving and reading, also with a class without rows', () => {
    const { X, y } = counts.train;
    const model = new XGBClassifier({ nEstimators: 3 }).fit(
      X,
      y.map((label) => (label === 2 ? 4 : label)),
      6,
    );
    const again = XGBClassifier.fromXGBoost(model.toXGBoost());
    expect(again.predictProba(X)).toEqual(model.predictProba(X));
    expect(again.featureImportances).toEqual(model.featureImportances);
  });

  test('nextFloat and previousFloat return neighboring single-precision numbers', () => {
    for (const value of [0, 1, -1, 0.1, -2.5e-40, 3e38].map(Math.fround)) {
      expect(nextFloat(value)).toBeGreaterThan(value);
      expect(previousFloat(nextFloat(value))).toBe(value);
    }
  });

  test('saving before fit is an error', () => {
    expect(() => new XGBClassifier().toXGBoost()).toThrow('XGBClassifier: predictions are available only after fit()');
  });
});
