import { ArgumentError, type DenseMatrix, toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { ModelFormatError } from '../errors.js';
import { XGBClassifier } from '../trees/xgb-classifier.js';
import type { XGBoostReadOptions } from './read-xgboost.js';
import { golden } from '../testing/golden.js';

interface Saved {
  model: string;
  /** XGBClassifier.predict_proba of dense rows. */
  probabilities: number[];
  /** Booster.predict with every round. */
  all?: number[];
  /** XGBClassifier.predict_proba of the rows as a scipy.sparse matrix. */
  missing?: number[];
}

interface Fixture {
  cols: number;
  queries: number[];
  models: Record<string, Saved>;
  unsupported: Record<string, string>;
}

const read = (text: string, options?: XGBoostReadOptions) => XGBClassifier.fromXGBoost(text, options);

function expectClose(actual: Float32Array, expected: readonly number[] | undefined): void {
  expect(actual).toHaveLength(expected?.length ?? NaN);
  const maxError = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected?.[i] ?? NaN))), 0);
  expect(maxError).toBeLessThan(1e-6);
}

describe.each(['1.7.6', '2.1.4', '3.2.0'])('models of XGBoost %s', (version) => {
  const { cols, queries, models, unsupported } = golden<Fixture>(`xgboost-${version}`);
  const X: DenseMatrix = { rows: queries.length / cols, cols, data: Float32Array.from(queries) };

  test.each(Object.keys(models))('%s gives the probabilities of XGBClassifier.predict_proba', (name) => {
    const { model, probabilities } = models[name];
    expectClose(read(model).predictProba(X), probabilities);
    expectClose(read(model).predictProba(toSparse(X)), probabilities);
  });

  test.each(Object.keys(models))('%s gives the same probabilities after saving and reading', (name) => {
    const model = read(models[name].model);
    expectClose(read(model.toXGBoost()).predictProba(X), [...model.predictProba(X)]);
  });

  test('iterations: all uses every round, as Booster.predict does', () => {
    const { model, all } = models['early-stopping'];
    expectClose(read(model, { iterations: 'all' }).predictProba(X), all);
  });

  test('absent: missing treats values that a sparse matrix does not store as missing, as XGBoost does', () => {
    const { model, missing, probabilities } = models['sparse'];
    expectClose(read(model, { absent: 'missing' }).predictProba(toSparse(X)), missing);
    expectClose(read(model, { absent: 'missing' }).predictProba(X), probabilities);
  });

  test.each([
    ['binary:logitraw', 'objective.name: found binary:logitraw', 'train with objective="binary:logistic"'],
    ['binary:hinge', 'objective.name: found binary:hinge', 'train with objective="binary:logistic"'],
    ['reg:squarederror', 'objective.name: found reg:squarederror', 'train an XGBClassifier'],
    ['gblinear', 'gradient_booster.name: found gblinear', 'train with booster="gbtree"'],
    ['categorical', 'trees[0].split_type: found a categorical split', 'without enable_categorical'],
    ['labels', 'learner_model_param.num_target: found 2', 'train one model per label'],
    ['vectors', 'trees[0].tree_param.size_leaf_vector: found 3', 'train with multi_strategy="one_output_per_tree"'],
  ])('%s is an error with a remedy', (name, found, remedy) => {
    // Trees with vector leaves exist since version 2.
    if (unsupported[name] === undefined) return expect([name, version]).toEqual(['vectors', '1.7.6']);
    const reading = () => read(unsupported[name]);
    expect(reading).toThrow(ModelFormatError);
    expect(reading).toThrow(found);
    return expect(reading).toThrow(remedy);
  });
});

/** Converts a model to the format before 1.6: boolean directions, no number of parallel trees, no split types. */
function asBefore16(text: string, attributes?: object): string {
  const root = JSON.parse(text) as {
    learner: {
      attributes: object;
      learner_model_param: Record<string, unknown>;
      gradient_booster: { model: { gbtree_model_param: Record<string, unknown>; trees: Record<string, unknown>[] } };
    };
  };
  if (attributes) root.learner.attributes = attributes;
  delete root.learner.learner_model_param['num_target'];
  const { gbtree_model_param: params, trees } = root.learner.gradient_booster.model;
  delete params['num_parallel_tree'];
  for (const tree of trees) {
    tree['default_left'] = (tree['default_left'] as number[]).map((side) => side === 1);
    delete tree['split_type'];
  }
  return JSON.stringify(root);
}

describe('models of XGBoost before 1.6', () => {
  const { cols, queries, models } = golden<Fixture>('xgboost-1.7.6');
  const X: DenseMatrix = { rows: queries.length / cols, cols, data: Float32Array.from(queries) };

  test.each(['binary', 'multi', 'parallel', 'early-stopping', 'pruned'])('%s gives the same probabilities', (name) => {
    const { model, probabilities } = models[name];
    expectClose(read(asBefore16(model)).predictProba(X), probabilities);
  });

  test('early stopping with two classes needs the number of trees per round', () => {
    const { model, probabilities } = models['binary'];
    const old = asBefore16(model, { best_iteration: '2' });
    expect(() => read(old)).toThrow(
      "num_parallel_tree: found undefined; expected the number of trees per round, needed after early stopping; load the model with XGBoost 1.6 or later and save it again, or read with iterations: 'all'",
    );
    expectClose(read(old, { iterations: 'all' }).predictProba(X), probabilities);
  });
});

describe('reading an XGBoost model', () => {
  const { models } = golden<Fixture>('xgboost-3.2.0');

  test.each(['{L\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0007learner', '{i\u0007learner', 'binf\u0000\u0000'])(
    'UBJSON and the older binary format are recognized (%j)',
    (text) => {
      expect(() => read(text, { file: 'cells.ubj' })).toThrow(
        "cells.ubj: the file: found XGBoost's binary format; expected JSON; load it in Python and save it with booster.save_model('model.json')",
      );
    },
  );

  test('an error starts with the file name', () => {
    expect(() => read('PK')).toThrow('model.json: the file: found text that is not JSON');
    expect(() => read('{}', { file: 'thymus.json' })).toThrow('thymus.json: learner.objective.name: found undefined');
  });

  test('a best iteration that is not in the file is an error', () => {
    const text = models['early-stopping'].model.replace(/"best_iteration":"\d+"/, '"best_iteration":"99"');
    expect(() => read(text)).toThrow(
      "learner.attributes.best_iteration: found 99; expected a round from 0 to 4; read with iterations: 'all'",
    );
    expect(() => read(text, { iterations: 'all' })).not.toThrow();
  });

  test('unknown options are errors', () => {
    const { model } = models['multi'];
    expect(() => read(model, { absent: 'nan' as 'zero' })).toThrow(ArgumentError);
    expect(() => read(model, { iterations: 'first' as 'all' })).toThrow(ArgumentError);
  });
});
