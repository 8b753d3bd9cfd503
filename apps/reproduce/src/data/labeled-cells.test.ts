import { describe, expect, test } from '@jest/globals';
import { labelBudget } from './labeled-cells.js';
import type { Split } from './study-cells.js';

const labels = Array.from({ length: 400 }, (_, cell) => (cell % 100 === 0 ? 2 : cell % 4 === 1 ? 1 : 0));
const split: Split = {
  classes: ['a', 'b', 'rare'],
  rows: labels.map((_, row) => row),
  cellIds: labels.map((_, row) => `cell ${row}`),
  labels,
  groups: labels.map(() => ''),
  folds: labels.map((_, row) => row % 5),
  nFolds: 5,
};
const train = Int32Array.from(labels.keys()).filter((cell) => cell % 5 !== 0 || cell % 100 === 0);

describe('labelBudget', () => {
  test('keeps the proportion of every class, and at least one cell per class', () => {
    const chosen = labelBudget(split, train, 5, 0);
    const count = (cells: Int32Array, label: number) => cells.filter((cell) => labels[cell] === label).length;
    for (const label of [0, 1]) expect(count(chosen, label)).toBe(Math.round(count(train, label) * 0.05));
    expect(count(chosen, 2)).toBe(1);
  });

  test('a smaller budget is a subset of a larger one', () => {
    const larger = new Set(labelBudget(split, train, 25, 0));
    expect([...labelBudget(split, train, 5, 0)].every((cell) => larger.has(cell))).toBe(true);
  });

  test('the choice depends on the seed and not on the order of the cells', () => {
    const backwards = Int32Array.from(train).reverse();
    expect(labelBudget(split, backwards, 25, 0)).toEqual(labelBudget(split, train, 25, 0));
    expect(labelBudget(split, train, 25, 1)).not.toEqual(labelBudget(split, train, 25, 0));
  });
});
