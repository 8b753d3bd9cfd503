import { expect, test } from '@jest/globals';
import type { Predictions } from '../results/predictions.js';
import { compareRuns, type Run } from './compare.js';

const truth = Int32Array.from({ length: 40 }, (_, row) => row % 2);
/** Returns predictions that are correct except in the first `wrong` cells. */
function predicted(wrong: number): Predictions {
  return {
    classes: ['a', 'b'],
    cellIds: Array.from(truth, (_, row) => `cell ${row}`),
    groups: Array.from(truth, () => ''),
    folds: new Int32Array(40),
    truth,
    probabilities: Float64Array.from(
      [...truth].flatMap((label, row) => ((label === 0) === row >= wrong ? [0.9, 0.1] : [0.1, 0.9])),
    ),
  };
}
const transformer = { family: 'transformer', percent: 100, context: 'seen' };
const runs: Run[] = [
  {
    ...transformer,
    model: 'rank-value-pretrained',
    encoding: 'rank-value',
    start: 'pretrained',
    predictions: predicted(2),
  },
  { ...transformer, model: 'rank-value-scratch', encoding: 'rank-value', start: 'scratch', predictions: predicted(10) },
  { ...transformer, model: 'rank-pretrained', encoding: 'rank', start: 'pretrained', predictions: predicted(6) },
  { family: 'linear', percent: 100, context: 'seen', model: 'lr', predictions: predicted(2) },
  { family: 'linear', percent: 100, context: 'donor', model: 'lr', predictions: predicted(2) },
];
const options = { resamples: 200, level: 0.95, seed: 0, byGroup: false };
const found = compareRuns(runs, { encoding: 'rank-value', initialization: 'pretrained' }, options);

test('each question compares the models that it is about, in one context', () => {
  expect(found.map(({ question, first, second }) => [question, first, second])).toEqual([
    ['pretraining', 'rank-value-pretrained', 'rank-value-scratch'],
    ['encoding', 'rank-value-pretrained', 'rank-pretrained'],
    ['baselines', 'rank-value-pretrained', 'lr'],
  ]);
});

test('differences are first minus second, on the same cells', () => {
  const [pretraining, , baselines] = found;
  expect(pretraining.accuracy.mean).toBeCloseTo(8 / 40, 12);
  expect(pretraining.accuracy.ci95[0]).toBeGreaterThan(0);
  expect(pretraining.mcNemar).toMatchObject({ onlyFirst: 8, onlySecond: 0 });
  expect(pretraining.mcNemar.pValue).toBeCloseTo(2 / 2 ** 8, 12);
  expect(baselines.accuracy).toEqual({ mean: 0, ci95: [0, 0] });
});
