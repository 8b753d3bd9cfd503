import { expect, test } from '@jest/globals';
import * as api from './index.js';

const none = undefined as never;

const calls: CallsWithOptions<typeof api, 'createClassifier'> = {
  CalibratedClassifierCV: (options) => new api.CalibratedClassifierCV(none, options),
  DetectionRateClassifier: (options) => new api.DetectionRateClassifier(options),
  DummyClassifier: (options) => new api.DummyClassifier(options),
  KNeighborsClassifier: (options) => new api.KNeighborsClassifier(options),
  LabelPropagation: (options) => new api.LabelPropagation(options),
  LabelSpreading: (options) => new api.LabelSpreading(options),
  LinearSVC: (options) => new api.LinearSVC(options),
  LogisticRegression: (options) => new api.LogisticRegression(options),
  PCA: (options) => new api.PCA(options),
  RandomForestClassifier: (options) => new api.RandomForestClassifier(options),
  StandardScaler: (options) => new api.StandardScaler(options),
  XGBClassifier: (options) => new api.XGBClassifier(options),
  SelfTrainingClassifier: (options) => new api.SelfTrainingClassifier(none, options),
  'SVC.create': (options) => api.SVC.create(options),
  'XGBClassifier.fromXGBoost': (options) => api.XGBClassifier.fromXGBoost('', options),
  nestedCrossValidation: (options) => api.nestedCrossValidation(none, none, none, none, none, options),
  rankFeatures: (options) => api.rankFeatures(none, none, none, options),
  tune: (options) => api.tune(none, none, none, none, options),
};

test.each(Object.entries(calls))('%s refuses an unknown option', async (name, call) => {
  await expect(call).toRefuseUnknownOptions(name);
});

test.each([
  'detection-rate',
  'gradient-boosting',
  'k-neighbors',
  'kernel-svm',
  'linear-svm',
  'logistic-regression',
  'majority',
  'random-forest',
])('createClassifier refuses an unknown option of %s', async (model) => {
  const spec = { model, unknown_option: 1 } as never;
  await expect(api.createClassifier(spec)).rejects.toThrow(/^unknown_option: is not an option of [A-Z]\w+; use /);
  await expect(api.createClassifier({ model } as never)).resolves.toHaveProperty('predictProba');
});

test('createClassifier refuses an unknown engine, and an engine of a model that has only one', async () => {
  const spec = { model: 'linear-svm', engine: 'libsvm' } as never;
  await expect(api.createClassifier(spec)).rejects.toThrow(/^engine: "libsvm" is not valid; use /);
  const fixed = { model: 'kernel-svm', engine: 'mljs' } as never;
  await expect(api.createClassifier(fixed)).rejects.toThrow(/^engine: is not an option of SVC; use /);
});

test.each([
  [{ step: 'highly-variable-genes', N: 1 }, 'N: is not an option of highly-variable-genes; use n'],
  [{ step: 'standard-scaler', max_value: 1 }, 'max_value: is not an option of StandardScaler; use maxValue'],
  [{ step: 'pca', n_components: 1 }, 'n_components: is not an option of PCA; use nComponents'],
])('a feature step with an unknown option is refused: %j', (step, message) => {
  const X = { rows: 3, cols: 2, data: Float32Array.of(0, 1, 2, 3, 5, 8) };
  expect(() => new api.FeaturePipeline([step as never]).fit(X)).toThrow(message);
});

test('a candidate with an unknown name is refused', async () => {
  const candidates = [{ classifier: { model: 'majority' }, feature: [] }] as never;
  const message = 'feature: is not an option of a candidate; use features';
  await expect(api.tune(candidates, none, none, 2, { budget: 9 })).rejects.toThrow(message);
  await expect(api.nestedCrossValidation(candidates, none, none, 2, none, { budget: 9 })).rejects.toThrow(message);
});

test.each<[name: string, make: () => unknown]>([
  ['classWeight', () => new api.LogisticRegression({ classWeight: 'balance' as 'balanced' })],
  ['classWeight', () => new api.RandomForestClassifier({ classWeight: NaN as never })],
  ['fitIntercept', () => new api.LinearSVC({ fitIntercept: 'false' as never })],
  ['bootstrap', () => new api.RandomForestClassifier({ bootstrap: 'false' as never })],
  ['randomState', () => new api.XGBClassifier({ randomState: NaN })],
  ['nJobs', () => new api.RandomForestClassifier({ nJobs: 0 })],
  ['maxFeatures', () => new api.RandomForestClassifier({ maxFeatures: 'sqr' as 'sqrt' })],
  ['kernel', () => new api.LabelPropagation({ kernel: 'x' as 'rbf' })],
  ['criterion', () => new api.SelfTrainingClassifier(none, { criterion: 'best' as 'k_best' })],
  ['cv', () => new api.CalibratedClassifierCV(none, { cv: 1 })],
  ['gamma', () => api.SVC.create({ gamma: 'scal' as 'scale' })],
  ['coef0', () => api.SVC.create({ kernel: 'poly', coef0: NaN })],
  ['regLambda', () => new api.XGBClassifier({ regLambda: Infinity })],
])('%s refuses a value that it does not have', async (name, make) => {
  await expect(async () => make()).rejects.toThrow(new RegExp(`^${name}: .* is not valid; use `));
});
