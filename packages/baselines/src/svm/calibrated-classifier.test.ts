import { describe, expect, test } from '@jest/globals';
import { accuracy, brierScore } from '@geneformer-ts/eval';
import { LinearSVC } from './linear-svc.js';
import { fitSigmoid, CalibratedClassifierCV } from './calibrated-classifier.js';
import { datasets } from '../testing/datasets.js';
import { golden } from '../testing/golden.js';

const { sigmoid } = golden<{ sigmoid: { margins: number[]; targets: number[]; slope: number; offset: number } }>(
  'linear',
);

describe('Platt scaling', () => {
  test('fits the same logistic function as scikit-learn', () => {
    const [slope, offset] = fitSigmoid(Float64Array.from(sigmoid.margins), Int32Array.from(sigmoid.targets));
    expect(slope).toBeCloseTo(sigmoid.slope, 4);
    expect(offset).toBeCloseTo(sigmoid.offset, 4);
  });

  test.each([datasets[0], datasets[2]])('calibrates an SVM and keeps its accuracy: $name', (data) => {
    const make = () => new LinearSVC({ C: 0.001 });
    const plain = make().fit(data.train.X, data.train.y, data.classes);
    const scaled = new CalibratedClassifierCV(make).fit(data.train.X, data.train.y, data.classes);
    const score = (model: LinearSVC | CalibratedClassifierCV) =>
      brierScore(data.test.y, model.predictProba(data.test.X), data.classes);
    expect(score(scaled)).toBeLessThan(score(plain));
    const accuracyOf = (model: LinearSVC | CalibratedClassifierCV) => accuracy(data.test.y, model.predict(data.test.X));
    expect(Math.abs(accuracyOf(scaled) - accuracyOf(plain))).toBeLessThan(0.05);
  });

  test('needs at least one row of each class per fold', () => {
    const X = { rows: 6, cols: 1, data: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const scaled = new CalibratedClassifierCV(() => new LinearSVC());
    expect(() => scaled.fit(X, Int32Array.of(0, 0, 0, 0, 0, 1), 2)).toThrow('class 1 has 1 row but there are 5 folds');
  });
});
