import { below, type Random, randomStream } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { ModelFormatError } from '../errors.js';
import { XGBClassifier } from '../trees/xgb-classifier.js';
import { golden } from '../testing/golden.js';

type Json = Record<string, unknown>;
const { models, cols, queries } = golden<{
  models: Record<string, { model: string }>;
  cols: number;
  queries: number[];
}>('xgboost-3.2.0');
const X = { rows: queries.length / cols, cols, data: Float32Array.from(queries) };
const read = (text: string) => XGBClassifier.fromXGBoost(text);

/** Returns the model with another value at a path. */
function changed(name: string, path: string, value: unknown): string {
  const root = JSON.parse(models[name].model) as Json;
  const keys = path.split('.');
  const holder = keys.slice(0, -1).reduce<Json>((part, key) => part[key] as Json, root);
  holder[keys.at(-1)!] =
    typeof value === 'function' ? (value as (old: unknown) => unknown)(holder[keys.at(-1)!]) : value;
  return JSON.stringify(root);
}

const withElement = (at: number, value: unknown) => (old: unknown) => (old as unknown[]).with(at, value);
const withoutFirst = (old: unknown) => (old as unknown[]).slice(1);
const model = 'learner.gradient_booster.model';
const tree = `${model}.trees.1`;
const params = 'learner.learner_model_param';

describe('invalid values of a damaged model', () => {
  test.each<[string, string, unknown, string]>([
    ['multi', `${params}.num_class`, '1000000000', 'num_class: found 1000000000; expected a whole number from 2 to 9'],
    ['multi', `${params}.num_class`, '-1', 'num_class: found -1;'],
    ['multi', `${params}.num_class`, '2.5', 'num_class: found 2.5;'],
    ['multi', `${params}.num_class`, '', 'num_class: found ; expected a whole number'],
    ['multi', `${params}.num_class`, '0x3', 'num_class: found 0x3;'],
    ['multi', `${params}.num_class`, '4', 'num_trees: found 9; expected a multiple of 4'],
    ['multi', `${params}.num_feature`, '0', 'num_feature: found 0;'],
    ['multi', `${params}.num_feature`, '4294967295', 'num_feature: found 4294967295;'],
    ['multi', `${params}.base_score`, '[1,2]', 'base_score: found [1,2]; expected 1 or 3 numbers'],
    ['multi', `${params}.base_score`, '[1,2,NaN]', 'base_score: found [1,2,NaN]; expected finite numbers'],
    ['binary', `${params}.base_score`, '[1E0]', 'base_score: found [1E0]; expected a number between 0 and 1'],
    ['binary', `${params}.base_score`, '-1', 'base_score: found -1; expected a number between 0 and 1'],
    [
      'binary',
      `${model}.gbtree_model_param.num_trees`,
      '1000000000',
      'trees: found a list of 3; expected a list of 1000000000',
    ],
    ['binary', `${model}.gbtree_model_param.num_trees`, '0', 'num_trees: found 0;'],
    ['multi', `${model}.gbtree_model_param.num_parallel_tree`, '5', 'num_trees: found 9; expected a multiple of 15'],
    ['multi', `${model}.tree_info`, withElement(2, 3), 'tree_info[2]: found 3; expected a whole number from 0 to 2'],
    ['multi', `${model}.tree_info`, withoutFirst, 'tree_info: found a list of 8; expected a list of 9'],
    [
      'dart',
      'learner.gradient_booster.weight_drop',
      withoutFirst,
      'weight_drop: found a list of 11; expected a list of 12',
    ],
    [
      'dart',
      'learner.gradient_booster.weight_drop',
      withElement(0, 1e39),
      'weight_drop[0]: found 1e+39; expected a finite number',
    ],
    [
      'binary',
      `${tree}.split_indices`,
      withElement(0, 6),
      'trees[1].split_indices[0]: found 6; expected a column from 0 to 5',
    ],
    ['binary', `${tree}.split_indices`, withElement(0, 0.5), 'trees[1].split_indices[0]: found 0.5;'],
    ['binary', `${tree}.split_indices`, withElement(0, -1), 'trees[1].split_indices[0]: found -1;'],
    ['binary', `${tree}.split_conditions`, [], 'trees[1].split_conditions: found a list of 0; expected a list of 7'],
    [
      'binary',
      `${tree}.split_conditions`,
      withElement(0, null),
      'trees[1].split_conditions[0]: found null; expected a finite number',
    ],
    ['binary', `${tree}.split_conditions`, withElement(3, 1e39), 'trees[1].split_conditions[3]: found 1e+39;'],
    ['binary', `${tree}.default_left`, withElement(0, 2), 'trees[1].default_left[0]: found 2;'],
    ['binary', `${tree}.loss_changes`, withoutFirst, 'trees[1].loss_changes: found a list of 6; expected a list of 7'],
    [
      'binary',
      `${tree}.sum_hessian`,
      withElement(1, '3'),
      'trees[1].sum_hessian[1]: found 3; expected a finite number',
    ],
    [
      'binary',
      `${tree}.left_children`,
      withElement(0, 0),
      'trees[1].left_children[0]: found 0; expected a node without another parent',
    ],
    [
      'binary',
      `${tree}.left_children`,
      withElement(1, 0),
      'trees[1].left_children[1]: found 0; expected a node without another parent',
    ],
    [
      'binary',
      `${tree}.left_children`,
      withElement(0, 2),
      'trees[1].right_children[0]: found 2; expected a node without another parent',
    ],
    [
      'binary',
      `${tree}.left_children`,
      withElement(0, 7),
      'trees[1].left_children[0]: found 7; expected a whole number from -1 to 6',
    ],
    [
      'binary',
      `${tree}.right_children`,
      withElement(0, -1),
      'trees[1].right_children[0]: found -1; expected two children or none',
    ],
    ['binary', `${tree}.left_children`, [], 'trees[1].left_children: found a list of 0; expected at least one node'],
    ['binary', tree, null, 'trees[1].tree_param.size_leaf_vector: found undefined;'],
  ])('%s: %s = %j is an error', (name, path, value, message) => {
    const text = changed(name, path, value);
    expect(() => read(text)).toThrow(ModelFormatError);
    expect(() => read(text)).toThrow(message);
    expect(() => read(text)).toThrow(/; [a-z]+ [^;]*$/);
  });

  test('unreachable nodes are an error unless XGBoost pruned them', () => {
    const root = JSON.parse(models['binary'].model) as Json;
    const nodes = (root['learner'] as Json)['gradient_booster'] as { model: { trees: Record<string, number[]>[] } };
    const { left_children: lefts, right_children: rights } = nodes.model.trees[0];
    lefts[1] = rights[1] = -1;
    expect(() => read(JSON.stringify(root))).toThrow(
      'trees[0].left_children: found 5 nodes below the root; expected 7 of them',
    );
    expect(() => read(models['pruned'].model)).not.toThrow();
  });

  test('NaN and infinity, which XGBoost writes, are an error of their field', () => {
    for (const word of ['NaN', '-Infinity', 'Infinity']) {
      const text = models['binary'].model.replace(/("split_conditions":\[)[^,]+/, `$1${word}`);
      expect(() => read(text)).toThrow('trees[0].split_conditions[0]: found null; expected a finite number');
    }
  });

  test('deeply nested lists are an error', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(() => read(deep)).toThrow('learner.objective.name: found undefined');
    expect(() => read(changed('binary', params, 0).replace(':0', `:${deep}`))).toThrow(ModelFormatError);
    expect(() =>
      read(changed('binary', `${params}.base_score`, 0).replace('"base_score":0', `"base_score":${deep}`)),
    ).toThrow('base_score: found a list of 1; expected finite numbers');
  });

  test('the attribute with the classes is checked', () => {
    const withClasses = (value: unknown) => changed('binary', 'learner.attributes.geneformer_ts_classes', value);
    expect(read(withClasses('{"classes":5,"present":[1,4]}')).predictProba(X)).toHaveLength(5 * X.rows);
    for (const [value, message] of [
      ['{"classes":1000000000,"present":[0,1]}', 'classes: found 1000000000; expected a whole number from 2 to 65536'],
      ['{"classes":3,"present":[0,3]}', 'present[1]: found 3; expected a whole number from 0 to 2'],
      ['{"classes":3,"present":[1,1]}', 'present[1]: found 1; expected a class above 1'],
      ['{"classes":3,"present":[1]}', 'present: found a list of 1; expected a list of 2'],
      ['{', 'geneformer_ts_classes: found text that is not JSON'],
      [7, 'geneformer_ts_classes: found 7; expected a string'],
    ] as const) {
      expect(() => read(withClasses(value))).toThrow(`model.json: learner.attributes.geneformer_ts_classes`);
      expect(() => read(withClasses(value))).toThrow(message);
    }
  });
});

describe('2,000 randomly damaged models', () => {
  const unusual = [
    -1,
    0,
    1,
    2,
    0.5,
    1e9,
    2147483647,
    4294967296,
    1e39,
    -1e300,
    null,
    '',
    'x',
    '7',
    '-1',
    '1e9',
    true,
    [],
    {},
  ];

  /** Replaces, removes, duplicates, swaps or increments a random entry of a random list or object. */
  function damage(root: unknown, random: Random): void {
    const containers: (Json | unknown[])[] = [];
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      containers.push(value as Json);
      for (const part of Object.values(value)) collect(part);
    };
    collect(root);
    const container = containers[below(random, containers.length)];
    const keys = Object.keys(container);
    if (keys.length === 0) return;
    const key = keys[below(random, keys.length)];
    const other = keys[below(random, keys.length)];
    const target = container as Json;
    const kind = below(random, 5);
    if (kind === 0) target[key] = unusual[below(random, unusual.length)];
    else if (kind === 1 && Array.isArray(container)) container.splice(Number(key), 1);
    else if (kind === 2 && Array.isArray(container)) container.push(container[Number(key)]);
    else if (kind === 3) [target[key], target[other]] = [target[other], target[key]];
    else if (typeof target[key] === 'number') target[key] = target[key] + (below(random, 2) === 0 ? 1 : -1);
    else delete target[key];
  }

  test('give probabilities or a ModelFormatError', () => {
    const names = Object.keys(models);
    let errors = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const random = randomStream(seed, 0);
      const root = JSON.parse(models[names[seed % names.length]].model) as unknown;
      for (let times = 1 + below(random, 3); times > 0; times--) damage(root, random);
      let text = JSON.stringify(root);
      if (below(random, 10) === 0) text = text.slice(0, below(random, text.length));
      try {
        const found = read(text);
        // A model with another number of columns is valid but does not fit these rows.
        const { length } = found.featureImportances;
        if (length !== cols) continue;
        const probabilities = found.predictProba(X);
        const classes = probabilities.length / X.rows;
        for (let row = 0; row < X.rows; row++) {
          const sum = probabilities.subarray(row * classes, (row + 1) * classes).reduce((a, b) => a + b, 0);
          if (!(Math.abs(sum - 1) < 1e-5)) throw new Error(`seed ${seed}: probabilities sum to ${sum}`);
        }
      } catch (error) {
        if (!(error instanceof ModelFormatError)) throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
        errors++;
      }
    }
    expect(errors).toBeGreaterThan(500);
    expect(errors).toBeLessThan(2000);
  });
});
