import { describe, expect, test } from '@jest/globals';
import type { Predictions } from './predictions.js';
import { compareWith } from './comparisons.js';

const options = { resamples: 200, level: 0.95, seed: 0, byGroup: false };

/** 40 genes in 5 folds; the scores mix the truth, with weight `quality`, and fixed noise. */
function predictions(quality: number, shift = 0): Predictions {
  const rows = Array.from({ length: 40 }, (_, row) => row);
  const truth = rows.map((row) => row % 2);
  const scores = rows.map((row) => quality * truth[row] + (1 - quality) * (((row * 17 + shift) % 40) / 40));
  return {
    classes: ['no', 'yes'],
    cellIds: rows.map((row) => `gene ${row}`),
    groups: rows.map(() => ''),
    folds: Int32Array.from(rows, (row) => Math.floor(row / 8)),
    truth: Int32Array.from(truth),
    probabilities: Float64Array.from(scores.flatMap((score) => [1 - score, score])),
  };
}

describe('compareWith', () => {
  const found = compareWith(
    'good',
    new Map([
      ['good', predictions(0.9)],
      ['bad', predictions(0, 3)],
      ['same', predictions(0.9)],
    ]),
    options,
  );

  test('distinguishes a good model from a bad one by every test', () => {
    const bad = found.find(({ model }) => model === 'bad')!;
    expect(bad.mcNemar.pValue).toBeLessThan(0.01);
    expect(bad.deLong!.pValue).toBeLessThan(0.01);
    expect(bad.deLong!.difference).toBeGreaterThan(0.2);
    expect(bad.foldAuc.pValue).toBeLessThan(0.1);
    expect(bad.mcNemar.holm).toBeGreaterThanOrEqual(bad.mcNemar.pValue);
  });

  test('gives differences with intervals for all models together', () => {
    const [bad, same] = found.map(({ differences }) => differences.accuracy!);
    expect(bad.mean).toBeGreaterThan(0.2);
    expect(bad.simultaneous95[0]).toBeGreaterThan(0);
    expect(bad.pValue).toBeLessThan(0.02);
    expect(same).toEqual({ mean: 0, simultaneous95: [0, 0], pValue: 1 });
  });

  test('finds no difference between a model and itself, in any order of the rows', () => {
    const own = predictions(0.9);
    const order = own.cellIds.map((_, row) => 39 - row);
    const reversed: Predictions = {
      ...own,
      cellIds: order.map((row) => own.cellIds[row]),
      folds: Int32Array.from(order, (row) => own.folds[row]),
      truth: Int32Array.from(order, (row) => own.truth[row]),
      probabilities: Float64Array.from(order.flatMap((row) => [...own.probabilities.subarray(2 * row, 2 * row + 2)])),
    };
    const [same] = compareWith(
      'a',
      new Map([
        ['a', own],
        ['b', reversed],
      ]),
      options,
    );
    expect(same.mcNemar).toMatchObject({ onlyReference: 0, onlyModel: 0, pValue: 1 });
    expect(same.deLong).toMatchObject({ difference: 0, pValue: 1 });
    const none = { mean: 0, simultaneous95: [0, 0], pValue: 1 };
    expect(same.differences).toEqual({ accuracy: none, macroF1: none, rocAuc: none });
  });

  test('skips folds that lack a class, and gives NaN where too few are left', () => {
    const split = predictions(0.9);
    const byClass = { ...split, folds: Int32Array.from(split.truth) };
    const [one] = compareWith(
      'a',
      new Map([
        ['a', byClass],
        ['b', { ...predictions(0, 3), folds: byClass.folds }],
      ]),
      options,
    );
    expect(one.foldAuc).toEqual({ difference: NaN, pValue: NaN, holm: NaN });
    expect(one.foldAccuracy.difference).toBeGreaterThan(0.2);
  });

  test('compares models of three classes by every test except DeLong', () => {
    const three = (shift: number): Predictions => {
      const rows = Array.from({ length: 30 }, (_, row) => row);
      const truth = rows.map((row) => row % 3);
      return {
        classes: ['a', 'b', 'c'],
        cellIds: rows.map((row) => `cell ${row}`),
        groups: rows.map(() => ''),
        folds: Int32Array.from(rows, (row) => Math.floor(row / 6)),
        truth: Int32Array.from(truth),
        probabilities: Float64Array.from(
          rows.flatMap((row) => [0, 1, 2].map((label) => (label === (truth[row] + shift) % 3 ? 0.8 : 0.1))),
        ),
      };
    };
    const [one] = compareWith(
      'right',
      new Map([
        ['right', three(0)],
        ['wrong', three(1)],
      ]),
      options,
    );
    expect(one).toMatchObject({ deLong: null, mcNemar: { onlyReference: 30, onlyModel: 0 } });
    expect(one.foldAccuracy.difference).toBe(1);
  });
});
