import { describe, expect, test } from '@jest/globals';
import type { Classifier } from './classifier.js';
import { DetectionRateClassifier, DummyClassifier } from './dummy-classifiers.js';
import { KNeighborsClassifier } from './k-neighbors.js';
import type { LabeledClassifier } from './labeled-classifier.js';
import { LogisticRegression } from './linear/logistic-regression.js';
import { LabelPropagation } from './semi-supervised/label-propagation.js';
import { SelfTrainingClassifier } from './semi-supervised/self-training.js';
import { CalibratedClassifierCV } from './svm/calibrated-classifier.js';
import { LinearSVC } from './svm/linear-svc.js';
import { SVC } from './svm/svc.js';
import { RandomForestClassifier } from './trees/random-forest.js';
import { XGBClassifier } from './trees/xgb-classifier.js';

const names = Array.from({ length: 30 }, (_, row) => ['mTEC', 'cTEC', 'B cell'][row % 3]);
const sorted = ['B cell', 'cTEC', 'mTEC'];
const codes = Int32Array.from(names, (name) => sorted.indexOf(name));
const X = {
  rows: 30,
  cols: 3,
  data: Float32Array.from({ length: 90 }, (_, i) => Number(codes[Math.floor(i / 3)] === i % 3)),
};

const models: [string, () => LabeledClassifier | Promise<LabeledClassifier>][] = [
  ['DummyClassifier', () => new DummyClassifier()],
  ['DetectionRateClassifier', () => new DetectionRateClassifier()],
  ['LogisticRegression', () => new LogisticRegression()],
  ['LinearSVC', () => new LinearSVC()],
  ['SVC', () => SVC.create()],
  ['CalibratedClassifierCV', () => new CalibratedClassifierCV(() => new LinearSVC())],
  ['RandomForestClassifier', () => new RandomForestClassifier({ nEstimators: 5 })],
  ['XGBClassifier', () => new XGBClassifier({ nEstimators: 5 })],
  ['KNeighborsClassifier', () => new KNeighborsClassifier()],
  ['SelfTrainingClassifier', () => new SelfTrainingClassifier(() => new LogisticRegression())],
  ['LabelPropagation', () => new LabelPropagation()],
];

describe.each(models)('%s', (_, make) => {
  test('a fit on class names equals a fit on class numbers and predicts names', async () => {
    const byName = (await make()).fit(X, names);
    const byNumber = (await make()).fit(X, codes, 3);
    expect(byName.classes_).toEqual(sorted);
    expect(byNumber.classes_).toEqual([0, 1, 2]);
    expect(byName.predictProba(X)).toEqual(byNumber.predictProba(X));
    expect(byNumber.predict(X)).toBeInstanceOf(Int32Array);
    expect(byName.predict(X)).toEqual(Array.from(byNumber.predict(X), (code) => sorted[code]));
  });
});

describe('class labels', () => {
  test('numbers are sorted, and -1 is an ordinary class', () => {
    const y = names.map((name) => (name === 'mTEC' ? 10 : name === 'cTEC' ? 9 : -1));
    const model = new LogisticRegression().fit(X, y);
    expect(model.classes_).toEqual([-1, 9, 10]);
    expect(model.predict(X)).toEqual(y);
  });

  test('in semi-supervised learning, rows without a class have label -1', () => {
    const partly = names.map((name, row) => (row < 6 ? name : -1));
    const model = new SelfTrainingClassifier(() => new LogisticRegression({ C: 100 })).fit(X, partly);
    expect(model.classes_).toEqual(sorted);
    expect(model.predict(X)).toEqual(names);
  });

  test('a mixture of strings and numbers is an error that names the row', () => {
    expect(() => new LinearSVC().fit(X, ['a', 2])).toThrow('y[1]: 2 is not valid; give only strings or only numbers');
    expect(() => new LinearSVC().fit(X, [1, NaN])).toThrow('y[1]: NaN is not valid');
  });

  test('a failed fit keeps the classes of the previous fit', () => {
    const model = new LinearSVC().fit(X, names);
    expect(() => model.fit(X, names.slice(1))).toThrow();
    expect(model.classes_).toEqual(sorted);
  });

  test('the evaluation set of early stopping accepts the class names of the training rows', () => {
    const options = { nEstimators: 20, earlyStoppingRounds: 2 };
    const byName = new XGBClassifier(options).fit(X, names, { X, y: names });
    const byNumber = new XGBClassifier(options).fit(X, codes, 3, { X, y: codes });
    expect(byName.evaluationLoss).toEqual(byNumber.evaluationLoss);
    expect(() => new XGBClassifier(options).fit(X, names, { X, y: names.with(2, 'T cell') })).toThrow(
      'evaluation.y[2]: "T cell" is not valid; give labels that the training rows have',
    );
  });

  test('a model read from XGBoost has class numbers', () => {
    const fitted = new XGBClassifier({ nEstimators: 2 }).fit(X, codes, 3);
    const read: Classifier & { classes_: readonly unknown[] } = XGBClassifier.fromXGBoost(fitted.toXGBoost());
    expect(read.classes_).toEqual([0, 1, 2]);
    expect(read.predict(X)).toEqual(fitted.predict(X));
  });
});

test('DummyClassifier predicts class shares, or probability 1 for the most frequent class', () => {
  const y = ['b', 'a', 'b', 'b'];
  const rows = { rows: 4, cols: 1, data: new Float32Array(4) };
  const prior = new DummyClassifier().fit(rows, y);
  const certain = new DummyClassifier({ strategy: 'most_frequent' }).fit(rows, y);
  expect(Array.from(prior.predictProba(rows).slice(0, 2))).toEqual([0.25, 0.75]);
  expect(Array.from(certain.predictProba(rows).slice(0, 2))).toEqual([0, 1]);
  expect(prior.predict(rows)).toEqual(['b', 'b', 'b', 'b']);
  expect(() => new DummyClassifier({ strategy: 'uniform' as 'prior' })).toThrow('strategy: "uniform" is not valid');
});
