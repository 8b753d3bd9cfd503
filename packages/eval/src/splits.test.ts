import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { groupKFold } from './group-k-fold.js';
import { stratifiedGroupKFold } from './stratified-group-k-fold.js';
import { stratifiedKFold } from './stratified-k-fold.js';
import { golden } from './testing/golden.js';

const labels = Int32Array.from(golden.folds.labels);
const groups = Int32Array.from(golden.folds.groups);
const { nSplits } = golden.folds;

function classCountsByFold(folds: Int32Array, of: Int32Array, splits: number): number[][] {
  const classes = Math.max(...of) + 1;
  const table = Array.from({ length: splits }, () => new Array<number>(classes).fill(0));
  folds.forEach((fold, row) => table[fold][of[row]]++);
  return table;
}

const sizes = (folds: Int32Array, splits: number) =>
  Array.from({ length: splits }, (_, fold) => folds.filter((f) => f === fold).length);

/** Renumbers folds by first appearance, because the order of empty folds has no meaning. */
function renumbered(folds: Iterable<number>): number[] {
  const numbers = new Map<number, number>();
  return [...folds].map((fold) => numbers.get(fold) ?? numbers.set(fold, numbers.size).size - 1);
}

/** Arbitrary labels with at least `least` rows per class, in any order. */
const labeled = (least: number) =>
  fc
    .array(fc.integer({ min: least, max: 20 }), { minLength: 1, maxLength: 5 })
    .chain((counts) =>
      fc.shuffledSubarray(
        counts.flatMap((count, label) => new Array<number>(count).fill(label)),
        { minLength: counts.reduce((a, b) => a + b) },
      ),
    )
    .map((values) => Int32Array.from(values));

describe('stratifiedKFold', () => {
  test('gives the same class counts per fold as scikit-learn', () => {
    const folds = stratifiedKFold(labels, { nSplits, seed: 3 });
    expect(classCountsByFold(folds, labels, nSplits)).toEqual(golden.folds.stratifiedClassCounts);
  });

  test('differs between folds by at most one row, per class and in total', () => {
    fc.assert(
      fc.property(labeled(4), fc.integer(), (rows, seed) => {
        const folds = stratifiedKFold(rows, { nSplits: 4, seed });
        const totals = sizes(folds, 4);
        expect(totals.reduce((a, b) => a + b)).toBe(rows.length);
        expect(Math.max(...totals) - Math.min(...totals)).toBeLessThanOrEqual(1);
        const table = classCountsByFold(folds, rows, 4);
        for (let label = 0; label < table[0].length; label++) {
          const column = table.map((fold) => fold[label]);
          expect(Math.max(...column) - Math.min(...column)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('depends on the seed only', () => {
    const first = stratifiedKFold(labels, { nSplits, seed: 1 });
    expect(stratifiedKFold(labels, { nSplits, seed: 1 })).toEqual(first);
    expect(stratifiedKFold(labels, { nSplits, seed: 2 })).not.toEqual(first);
  });

  test('names the class without rows', () => {
    const classNames = ['cTEC', 'mTEC', 'tuft'];
    const split = () => stratifiedKFold(Int32Array.of(0, 1, 0, 1), { nSplits: 2, classNames });
    expect(split).toThrow('labels: class "tuft" (label 2) has no rows; remove it from the label list');
  });

  test('names the class with fewer rows than folds, and the possible number of folds', () => {
    const split = () => stratifiedKFold(Int32Array.of(0, 0, 0, 0, 0, 1, 1), { nSplits: 5 });
    expect(split).toThrow('labels: class 1 has 2 rows but there are 5 folds; use at most 2 folds');
  });

  test('refuses labels outside the class list and fewer than two folds', () => {
    expect(() => stratifiedKFold(Int32Array.of(0, -1), { nSplits: 2 })).toThrow(
      'labels[1]: label -1 is outside 0 to 0',
    );
    expect(() => stratifiedKFold(Int32Array.of(0, 0), { nSplits: 1 })).toThrow('nSplits: 1 is not valid');
    expect(() => stratifiedKFold(new Int32Array(0), { nSplits: 2 })).toThrow('at least one row');
  });
});

describe('groupKFold', () => {
  test('gives the same fold sizes as scikit-learn', () => {
    expect(sizes(groupKFold(groups, { nSplits }), nSplits)).toEqual(golden.folds.groupSizes);
  });

  test('tests every row once, keeps groups whole and fills every fold', () => {
    const grouped = fc.array(fc.integer({ min: -3, max: 30 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(grouped, (ids) => {
        fc.pre(new Set(ids).size >= 3);
        const folds = groupKFold(Int32Array.from(ids), { nSplits: 3 });
        const foldOf = new Map(ids.map((id, row) => [id, folds[row]]));
        ids.forEach((id, row) => expect(folds[row]).toBe(foldOf.get(id)));
        expect(new Set(folds).size).toBe(3);
      }),
    );
  });

  test('states the number of groups when there are too few', () => {
    const split = () => groupKFold(Int32Array.of(7, 7, 9), { nSplits: 5 });
    expect(split).toThrow('groups: has 2 groups for 5 folds; use nSplits <= 2');
    expect(() => groupKFold(Int32Array.of(7, 7), { nSplits: 2 })).toThrow('has only 1 group');
  });
});

describe('stratifiedGroupKFold', () => {
  test('gives the same folds as scikit-learn', () => {
    const folds = stratifiedGroupKFold(labels, groups, { nSplits });
    expect(renumbered(folds)).toEqual(renumbered(golden.folds.stratifiedGroupFold));
  });

  test('tests every row once, keeps groups whole and fills every fold', () => {
    const rows = labeled(3).chain((values) =>
      fc.tuple(
        fc.constant(values),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: values.length, maxLength: values.length }),
        fc.integer(),
      ),
    );
    fc.assert(
      fc.property(rows, ([values, ids, seed]) => {
        fc.pre(new Set(ids).size >= 3);
        const folds = stratifiedGroupKFold(values, Int32Array.from(ids), { nSplits: 3, seed });
        const foldOf = new Map(ids.map((id, row) => [id, folds[row]]));
        ids.forEach((id, row) => expect(folds[row]).toBe(foldOf.get(id)));
        expect(new Set(folds).size).toBe(3);
      }),
    );
  });

  test('balances classes as far as whole groups allow', () => {
    // Twelve donors of five cTEC and three mTEC each: every fold can have exactly three donors.
    const even = Int32Array.from({ length: 96 }, (_, row) => (row % 8 < 5 ? 0 : 1));
    const donors = Int32Array.from({ length: 96 }, (_, row) => Math.floor(row / 8));
    const folds = stratifiedGroupKFold(even, donors, { nSplits: 4, seed: 9 });
    expect(classCountsByFold(folds, even, 4)).toEqual(new Array(4).fill([15, 9]));
  });

  test('throws the same errors as the other splits', () => {
    const four = Int32Array.of(0, 0, 1, 1);
    expect(() => stratifiedGroupKFold(four, Int32Array.of(1, 1, 1, 2), { nSplits: 3 })).toThrow('class 0 has 2 rows');
    expect(() => stratifiedGroupKFold(four, Int32Array.of(1, 1, 1, 1), { nSplits: 2 })).toThrow('only 1 group');
    expect(() => stratifiedGroupKFold(four, Int32Array.of(1), { nSplits: 2 })).toThrow(
      'groups: has 1 values, expected 4',
    );
  });
});
