import { describe, expect, test } from '@jest/globals';
import { measureBudgets, type BudgetPredictions } from './label-budgets.js';

const options = { resamples: 200, level: 0.95, seed: 1, byGroup: false };

/** Sixty cells of three classes; the model is wrong about every `wrongEvery`-th one. */
function run(model: string, percent: number, wrongEvery: number, backwards = false): BudgetPredictions {
  const rows = Array.from({ length: 60 }, (_, cell) => cell);
  if (backwards) rows.reverse();
  return {
    model,
    label: model.toUpperCase(),
    percent,
    trainCells: percent,
    predictions: {
      classes: ['a', 'b', 'c'],
      cellIds: rows.map((cell) => `cell ${cell}`),
      groups: rows.map(() => ''),
      folds: Int32Array.from(rows, (cell) => cell % 2),
      truth: Int32Array.from(rows, (cell) => cell % 3),
      probabilities: Float64Array.from(
        rows.flatMap((cell) => {
          const guess = (cell + Number(cell % wrongEvery === 0)) % 3;
          return [0, 1, 2].map((label) => (label === guess ? 0.8 : 0.1));
        }),
      ),
    },
  };
}

describe('measureBudgets', () => {
  const runs = [run('ours', 100, 30), run('ours', 5, 10), run('other', 5, 4, true), run('other', 100, 30, true)];
  const { models, gain } = measureBudgets(runs, { of: 'ours', over: 'other' }, options);

  test('measures each model with each label budget, the smallest first', () => {
    expect(models.map(({ label, points }) => [label, points.map(({ percent }) => percent)])).toEqual([
      ['OURS', [5, 100]],
      ['OTHER', [5, 100]],
    ]);
    expect(models[0].points[0].accuracy.mean).toBeCloseTo(0.9, 12);
  });

  test('compares the two models on the same cells, in any order of their rows', () => {
    const [few, all] = gain.points;
    expect(few.accuracy.mean).toBeCloseTo(0.15, 12);
    expect(few.accuracy.ci95[0]).toBeGreaterThan(0);
    // Identical predictions: the difference is 0 and its interval has no width.
    expect(all.accuracy).toEqual({ mean: 0, ci95: [0, 0] });
    expect(all.macroF1).toEqual({ mean: 0, ci95: [0, 0] });
  });
});
