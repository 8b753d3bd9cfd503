import { selectRows } from '@geneformer-ts/analysis';
import { toSparse } from '@geneformer-ts/core';
import { macroF1, stratifiedKFold } from '@geneformer-ts/eval';
import { describe, expect, test } from '@jest/globals';
import { log1pCp10k } from '../features/cell-features.js';
import { StandardScaler } from '../features/standard-scaler.js';
import { labelsOf } from '../labels.js';
import { LogisticRegression } from '../linear/logistic-regression.js';
import { datasets } from '../testing/datasets.js';
import { XGBClassifier } from '../trees/xgb-classifier.js';
import { fitsOf } from './search.js';
import { tune, type Candidate } from './tuning.js';

const { X: counts, y } = datasets[3].train;
const X = log1pCp10k(toSparse(counts));
const nSplits = 3;
const folds = stratifiedKFold(y, { nSplits, seed: 0 });
const strengths = [1e-6, 1e-3, 1e-2, 0.1, 1];
const candidates = strengths.map((C): Candidate => ({
  classifier: { model: 'logistic-regression', C },
  features: [{ step: 'standard-scaler' }],
}));

/** Predicts the rows of the given folds, each with a model of all rows outside its fold, and returns their score. */
function scoreOn(C: number, tested: readonly number[]): number {
  const truth: number[] = [];
  const predicted: number[] = [];
  for (const fold of tested) {
    const rows = Int32Array.from(folds.keys());
    const [train, test] = [rows.filter((row) => folds[row] !== fold), rows.filter((row) => folds[row] === fold)];
    const trainX = selectRows(X, train);
    const scaler = new StandardScaler().fit(trainX);
    const model = new LogisticRegression({ C }).fit(scaler.transform(trainX), labelsOf(y, train), 3);
    truth.push(...labelsOf(y, test));
    predicted.push(...model.predict(scaler.transform(selectRows(X, test))));
  }
  return macroF1(Int32Array.from(truth), Int32Array.from(predicted), 3);
}

describe('successive halving', () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 3 + 2],
    [4, 4 + 2],
    [5, 5 + 3 + 2],
    [16, 16 + 8 + 4],
  ])('of %d candidates on 3 folds takes %d fits', (count, fits) => {
    expect(fitsOf(count, nSplits, 'halving')).toBe(fits);
    expect(fitsOf(count, nSplits, 'all')).toBe(3 * count);
  });

  test('scores candidates on as many folds as they survive, on the rows predicted so far', async () => {
    const { trials } = await tune(candidates, X, y, 3, { budget: 10, nSplits, strategy: 'halving' });
    expect(trials.map(({ candidate }) => candidate)).toEqual(candidates);
    expect(trials.map(({ folds: own }) => own).toSorted()).toEqual([1, 1, 2, 3, 3]);
    for (const [i, { score, folds: own }] of trials.entries()) {
      const tested = [0, 1, 2].slice(0, own);
      expect(score).toBe(scoreOn(strengths[i], tested));
    }
  });

  test('keeps the better half of each fold and chooses the best of the last fold', async () => {
    const { best, score, trials } = await tune(candidates, X, y, 3, { budget: 10, nSplits, strategy: 'halving' });
    const dropped = trials.flatMap((trial, i) => (trial.folds === 1 ? [scoreOn(strengths[i], [0])] : []));
    const kept = trials.flatMap((trial, i) => (trial.folds > 1 ? [scoreOn(strengths[i], [0])] : []));
    expect(Math.max(...dropped)).toBeLessThanOrEqual(Math.min(...kept));
    const last = trials.filter((trial) => trial.folds === 3);
    expect(score).toBe(Math.max(...last.map((trial) => trial.score)));
    expect(last.find((trial) => trial.score === score)?.candidate).toBe(best);
  });

  test('stays within the budget', async () => {
    const { trials } = await tune(candidates, X, y, 3, { budget: 6, nSplits, strategy: 'halving' });
    expect(trials).toHaveLength(4);
    await expect(tune(candidates, X, y, 3, { budget: 0, strategy: 'halving' })).rejects.toThrow(
      'budget: 0 is not valid; use at least 1 fit',
    );
  });

  test.each([
    [{ model: 'random-forest', nEstimators: 12 }, { nEstimators: 3 }],
    [{ model: 'gradient-boosting', nEstimators: 12 }, { maxBin: 2 }],
  ] as const)('fits %j with cheaper options %j, and gives the classifier with its own options', async (own, search) => {
    const { classifier, score } = await tune([{ classifier: own, search }], X, y, 3, { budget: 3, nSplits });
    const alone = async (spec: Candidate['classifier']) =>
      (await tune([{ classifier: spec }], X, y, 3, { budget: 3, nSplits })).score;
    expect(score).toBe(await alone({ ...own, ...search }));
    expect(score).not.toBe(await alone(own));
    expect(classifier).toBe(own);
  });

  test('an unknown option of the search is refused', async () => {
    const unknown = [{ classifier: { model: 'random-forest' }, search: { trees: 3 } }] as unknown as Candidate[];
    await expect(tune(unknown, X, y, 3, { budget: 3 })).rejects.toThrow('trees');
  });

  test('stops boosting early in the search, and gives the mean number of rounds', async () => {
    const boosting = { model: 'gradient-boosting', nEstimators: 60, learningRate: 0.5 } as const;
    const { classifier, trials } = await tune([{ classifier: boosting, search: { earlyStoppingRounds: 3 } }], X, y, 3, {
      budget: 3,
      nSplits,
    });
    const best = [0, 1, 2].map((fold) => {
      const rows = Int32Array.from(folds.keys());
      const [train, test] = [rows.filter((row) => folds[row] !== fold), rows.filter((row) => folds[row] === fold)];
      const held = { X: selectRows(X, test), y: labelsOf(y, test) };
      // A fit that does not stop early has the same losses, and more of them.
      const { evaluationLoss } = new XGBClassifier({ nEstimators: 60, learningRate: 0.5 }).fit(
        selectRows(X, train),
        labelsOf(y, train),
        3,
        held,
      );
      let lowest = 0;
      evaluationLoss.every((loss, round) => {
        if (loss < evaluationLoss[lowest]) lowest = round;
        return round - lowest < 3;
      });
      return lowest + 1;
    });
    const mean = best.reduce((sum, rounds) => sum + rounds, 0) / 3;
    expect(mean).toBeLessThan(57);
    expect(trials[0].rounds).toBe(mean);
    expect(classifier).toEqual({ ...boosting, nEstimators: Math.round(mean) });
  });

  test('reports progress per fit', async () => {
    const told: number[] = [];
    await tune(candidates, X, y, 3, {
      budget: 10,
      strategy: 'halving',
      onProgress: ({ done, total }) => told.push(done, total),
    });
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((done) => [done, 10]));
  });

  test('an unknown strategy is refused', async () => {
    const strategy = 'half' as 'halving';
    await expect(tune(candidates, X, y, 3, { budget: 9, strategy })).rejects.toThrow(
      "strategy: \"half\" is not valid; use 'all' or 'halving'",
    );
  });
});
