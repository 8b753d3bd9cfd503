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

/** Learns from the rows `train`, although it gets all rows and labels, and returns a JSON description of the result. */
type Procedure = (X: Matrix, y: Int32Array, train: Int32Array) => unknown;

/**
 * Returns whether the result changes when the values and labels of the test rows do. A procedure that learns only from training rows
 * gives the same result.
 */
async function leaks(learn: Procedure): Promise<boolean> {
  const inTest = new Set(test_);
  const changedX = { ...X, data: X.data.slice() };
  for (const row of test_) for (let i = X.indptr[row]; i < X.indptr[row + 1]; i++) changedX.data[i] = 9 + ((7 * i) % 5);
  const changedY = y.map((label, row) => (inTest.has(row) ? (label + 1) % 3 : label));
  const [before, after] = [await learn(X, y, train), await learn(changedX, changedY, train)];
  return JSON.stringify(before) !== JSON.stringify(after);
}

const probe = selectRows(X, train.slice(0, 5));
const steps: [string, FeatureStep[]][] = [
  ['gene selection', [{ step: 'highly-variable-genes', n: 15 }]],
  ['scaling', [{ step: 'standard-scaler' }]],
  ['components', [{ step: 'pca', nComponents: 4 }]],
];

describe('feature steps', () => {
  test.each(steps)('%s fitted on training rows does not depend on test rows', async (_, pipeline) => {
    const onTraining: Procedure = (all, __, rows) =>
      new FeaturePipeline(pipeline).fit(selectRows(all, rows)).transform(probe);
    expect(await leaks(onTraining)).toBe(false);
  });

  test.each(steps)('%s fitted on all rows is detected as a leak', async (_, pipeline) => {
    expect(await leaks((all) => new FeaturePipeline(pipeline).fit(all).transform(probe))).toBe(true);
  });
});

describe('nested cross-validation', () => {
  const options = { budget: 9, nSplits: 3 };

  test('tunes and fits on training rows only', async () => {
    const chosen: Procedure = async (all, labels) => {
      const { chosen: tunings } = await nestedCrossValidation(candidates, all, labels, 3, folds, options);
      return tunings[0];
    };
    expect(await leaks(chosen)).toBe(false);
  });

  test('predicts test rows without using their labels, unlike a model fitted on them', async () => {
    const inTest = new Set(test_);
    const changed = y.map((label, row) => (inTest.has(row) ? (label + 1) % 3 : label));
    const ofTest = (probabilities: Float32Array) =>
      Array.from(test_, (row) => [...probabilities.subarray(3 * row, 3 * row + 3)]);
    const nested = async (labels: Int32Array) =>
      ofTest((await nestedCrossValidation(candidates, X, labels, 3, folds, options)).probabilities);
    expect(await nested(changed)).toEqual(await nested(y));
    const leaky = (labels: Int32Array) => ofTest(new LogisticRegression().fit(X, labels, 3).predictProba(X));
    expect(leaky(changed)).not.toEqual(leaky(y));
  });

  test('gives probability 0 to a class whose rows are all in the outer test fold', async () => {
    const outer = y.map((label, row) => (label === 1 ? 0 : row % 3));
    const { probabilities } = await nestedCrossValidation(candidates.slice(1, 2), X, y, 3, outer, options);
    y.forEach((_, row) => outer[row] === 0 && expect(probabilities[3 * row + 1]).toBe(0));
  });

  test('detects tuning on all rows as a leak', async () => {
    expect(await leaks((all, labels) => tune(candidates, all, labels, 3, options))).toBe(true);
  });

  test('on random features performs at chance level, unlike gene selection on all rows', async () => {
    // With 60 rows of 3,000 random columns, some columns correlate with any labels in the rows used for selection.
    const random = randomStream(5, 0);
    const noise = { rows: 60, cols: 3000, data: new Float32Array(180_000).map(() => below(random, 1000) / 1000) };
    const labels = Int32Array.from({ length: 60 }, (_, row) => row % 2);
    const split = stratifiedKFold(labels, { nSplits: 3, seed: 1 });
    const nested = await nestedCrossValidation(
      [{ classifier: { model: 'logistic-regression', C: 1 } }],
      noise,
      labels,
      2,
      split,
      options,
    );
    const accuracyOf = (probabilities: Float32Array) =>
      accuracy(
        labels,
        labels.map((_, row) => (probabilities[2 * row + 1] > 0.5 ? 1 : 0)),
      );
    expect(accuracyOf(nested.probabilities)).toBeLessThan(0.7);
    const weights = new LogisticRegression({ C: 1 }).fit(noise, labels, 2).coef[0];
    const best = Int32Array.from(weights.keys()).sort((a, b) => Math.abs(weights[b]) - Math.abs(weights[a]));
    const selected = { rows: 60, cols: 40, data: new Float32Array(2400) };
    selected.data.forEach((_, i) => (selected.data[i] = noise.data[Math.floor(i / 40) * 3000 + best[i % 40]]!));
    const leaky = await nestedCrossValidation(
      [{ classifier: { model: 'logistic-regression', C: 1 } }],
      selected,
      labels,
      2,
      split,
      options,
    );
    expect(accuracyOf(leaky.probabilities)).toBeGreaterThan(0.8);
  });
});

describe('tune', () => {
  test('stays within the budget and is reproducible', async () => {
    const fits = { budget: 7, nSplits: 3, randomState: 4 };
    const first = await tune(candidates, X, y, 3, fits);
    expect(first.trials).toHaveLength(2);
    expect(await tune(candidates, X, y, 3, fits)).toEqual(first);
    expect(first.score).toBe(Math.max(...first.trials.map(({ score }) => score)));
    await expect(tune(candidates, X, y, 3, { budget: 2 })).rejects.toThrow(
      'budget: 2 is not valid; use at least 3 fits',
    );
  });

  test('keeps the rows of a donor in one fold', async () => {
    // Labels depend only on the donor, so only a model trained on the donor can predict them.
    const donors = y.map((_, row) => row % 12);
    const labels = donors.map((donor) => donor % 2);
    const marked = { rows: y.length, cols: 12, data: new Float32Array(12 * y.length) };
    donors.forEach((donor, row) => (marked.data[row * 12 + donor] = 1));
    const specs: Candidate[] = [{ classifier: { model: 'k-neighbors', nNeighbors: 3 } }];
    const grouped = await tune(specs, marked, labels, 2, { budget: 3, groups: donors, score: 'accuracy' });
    const ungrouped = await tune(specs, marked, labels, 2, { budget: 3, score: 'accuracy' });
    expect(ungrouped.score).toBe(1);
    expect(grouped.score).toBeLessThan(0.8);
  });
});

test('labelsOf returns the labels of the given rows', () => {
  expect([...labelsOf(Int32Array.of(3, 4, 5), Int32Array.of(2, 0))]).toEqual([5, 3]);
});
