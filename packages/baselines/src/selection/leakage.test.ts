import { selectRows } from '@geneformer-ts/analysis';
import { below, type Matrix, randomStream, toSparse } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { accuracy, stratifiedKFold } from '@geneformer-ts/eval';
import { FeaturePipeline, type FeatureStep } from '../features/feature-pipeline.js';
import { log1pCp10k } from '../features/cell-features.js';
import { LogisticRegression } from '../linear/logistic-regression.js';
import { datasets } from '../testing/datasets.js';
import { nestedCrossValidation, tune, type Candidate } from './tuning.js';
import { labelsOf } from '../labels.js';

const { X: counts, y } = datasets[3].train;
const X = log1pCp10k(toSparse(counts));
const folds = stratifiedKFold(y, { nSplits: 3, seed: 0 });
const rowsOf = (inTest: boolean) => Int32Array.from(folds.keys()).filter((row) => (folds[row] === 0) === inTest);
const train = rowsOf(false);
const test_ = rowsOf(true);

const candidates: Candidate[] = [
  {
    classifier: { model: 'logistic-regression', C: 0.1 },
    features: [
      { step: 'highly-variable-genes', n: 20 },
      { step: 'standard-scaler', maxValue: 5 },
    ],
  },
  { classifier: { model: 'k-neighbors' }, features: [{ step: 'pca', nComponents: 5 }] },
  { classifier: { model: 'random-forest', nEstimators: 5 }, features: [{ step: 'highly-variable-genes', n: 10 }] },
];

/** A procedure that is told all rows and labels, and which of them to train on; gives whatever it learnt. */
type Procedure = (X: Matrix, y: Int32Array, train: Int32Array) => unknown;

/**
 * Plants a leak: the test rows are made to say outrageous things, in values and labels. What was learnt from training rows alone cannot
 * change by it.
 */
async function leaks(learn: Procedure): Promise<boolean> {
  const inTest = new Set(test_);
  const planted = { ...X, data: X.data.slice() };
  for (const row of test_) for (let i = X.indptr[row]; i < X.indptr[row + 1]; i++) planted.data[i] = 9 + ((7 * i) % 5);
  const turned = y.map((label, row) => (inTest.has(row) ? (label + 1) % 3 : label));
  const [before, after] = [await learn(X, y, train), await learn(planted, turned, train)];
  return JSON.stringify(before) !== JSON.stringify(after);
}

const probe = selectRows(X, train.slice(0, 5));
const steps: [string, FeatureStep[]][] = [
  ['gene selection', [{ step: 'highly-variable-genes', n: 15 }]],
  ['scaling', [{ step: 'standard-scaler' }]],
  ['components', [{ step: 'pca', nComponents: 4 }]],
];

describe('what the features learn', () => {
  test.each(steps)('%s on training rows does not see test rows', async (_, pipeline) => {
    const honest: Procedure = (all, __, rows) =>
      new FeaturePipeline(pipeline).fit(selectRows(all, rows)).transform(probe);
    expect(await leaks(honest)).toBe(false);
  });

  test.each(steps)('%s on all rows is caught', async (_, pipeline) => {
    expect(await leaks((all) => new FeaturePipeline(pipeline).fit(all).transform(probe))).toBe(true);
  });
});

describe('nested cross-validation', () => {
  const options = { budget: 9, nSplits: 3 };

  test('tunes and fits on training rows alone', async () => {
    const chosen: Procedure = async (all, labels) => {
      const { chosen: tunings } = await nestedCrossValidation(candidates, all, labels, 3, folds, options);
      return tunings[0];
    };
    expect(await leaks(chosen)).toBe(false);
  });

  test('predicts test rows without their labels, which a model fitted to them is caught with', async () => {
    const inTest = new Set(test_);
    const turned = y.map((label, row) => (inTest.has(row) ? (label + 1) % 3 : label));
    const ofTest = (probabilities: Float32Array) =>
      Array.from(test_, (row) => [...probabilities.subarray(3 * row, 3 * row + 3)]);
    const honest = async (labels: Int32Array) =>
      ofTest((await nestedCrossValidation(candidates, X, labels, 3, folds, options)).probabilities);
    expect(await honest(turned)).toEqual(await honest(y));
    const leaky = (labels: Int32Array) => ofTest(new LogisticRegression().fit(X, labels, 3).predictProba(X));
    expect(leaky(turned)).not.toEqual(leaky(y));
  });

  test('gives probability 0 to a class of which an outer fold holds every row', async () => {
    const outer = y.map((label, row) => (label === 1 ? 0 : row % 3));
    const { probabilities } = await nestedCrossValidation(candidates.slice(1, 2), X, y, 3, outer, options);
    y.forEach((_, row) => outer[row] === 0 && expect(probabilities[3 * row + 1]).toBe(0));
  });

  test('tuning on all rows is caught', async () => {
    expect(await leaks((all, labels) => tune(candidates, all, labels, 3, options))).toBe(true);
  });

  test('on labels drawn by lot is no better than chance, where choosing genes on all rows is', async () => {
    // 60 rows of 3,000 random columns: some columns go with any labels, in the rows that they are chosen on.
    const random = randomStream(5, 0);
    const noise = { rows: 60, cols: 3000, data: new Float32Array(180_000).map(() => below(random, 1000) / 1000) };
    const coin = Int32Array.from({ length: 60 }, (_, row) => row % 2);
    const split = stratifiedKFold(coin, { nSplits: 3, seed: 1 });
    const honest = await nestedCrossValidation(
      [{ classifier: { model: 'logistic-regression', C: 1 } }],
      noise,
      coin,
      2,
      split,
      options,
    );
    const share = (probabilities: Float32Array) =>
      accuracy(
        coin,
        coin.map((_, row) => (probabilities[2 * row + 1] > 0.5 ? 1 : 0)),
      );
    expect(share(honest.probabilities)).toBeLessThan(0.7);
    const weights = new LogisticRegression({ C: 1 }).fit(noise, coin, 2).coef[0];
    const best = Int32Array.from(weights.keys()).sort((a, b) => Math.abs(weights[b]) - Math.abs(weights[a]));
    const picked = { rows: 60, cols: 40, data: new Float32Array(2400) };
    picked.data.forEach((_, i) => (picked.data[i] = noise.data[Math.floor(i / 40) * 3000 + best[i % 40]]!));
    const leaky = await nestedCrossValidation(
      [{ classifier: { model: 'logistic-regression', C: 1 } }],
      picked,
      coin,
      2,
      split,
      options,
    );
    expect(share(leaky.probabilities)).toBeGreaterThan(0.8);
  });
});

describe('tune', () => {
  test('stays within its budget and repeats', async () => {
    const fits = { budget: 7, nSplits: 3, randomState: 4 };
    const first = await tune(candidates, X, y, 3, fits);
    expect(first.trials).toHaveLength(2);
    expect(await tune(candidates, X, y, 3, fits)).toEqual(first);
    expect(first.score).toBe(Math.max(...first.trials.map(({ score }) => score)));
    await expect(tune(candidates, X, y, 3, { budget: 2 })).rejects.toThrow(
      'budget: 2 is not valid; use at least 3 fits',
    );
  });

  test('keeps the rows of a donor together', async () => {
    // Labels follow the donor and nothing else, so only a model that has seen the donor can know them.
    const donors = y.map((_, row) => row % 12);
    const labels = donors.map((donor) => donor % 2);
    const marked = { rows: y.length, cols: 12, data: new Float32Array(12 * y.length) };
    donors.forEach((donor, row) => (marked.data[row * 12 + donor] = 1));
    const specs: Candidate[] = [{ classifier: { model: 'k-neighbors', nNeighbors: 3 } }];
    const apart = await tune(specs, marked, labels, 2, { budget: 3, groups: donors, score: 'accuracy' });
    const mixed = await tune(specs, marked, labels, 2, { budget: 3, score: 'accuracy' });
    expect(mixed.score).toBe(1);
    expect(apart.score).toBeLessThan(0.8);
  });
});

test('labels of the given rows', () => {
  expect([...labelsOf(Int32Array.of(3, 4, 5), Int32Array.of(2, 0))]).toEqual([5, 3]);
});
