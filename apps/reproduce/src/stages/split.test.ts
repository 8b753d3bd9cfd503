import { describe, expect, test } from '@jest/globals';
import type { DataFrame } from '@geneformer-ts/io';
import { makeSplit } from './split.js';

const donors = Array.from({ length: 40 }, (_, cell) => `D${cell % 8}`);
const obs: DataFrame = {
  index: donors.map((_, cell) => `cell ${cell}`),
  columns: new Map([
    [
      'label',
      { kind: 'string', values: donors.map((_, cell) => (cell % 5 === 0 ? null : cell % 2 ? 'mTEC' : 'cTEC')) },
    ],
    ['donor_id', { kind: 'string', values: donors }],
  ]),
};
const protocol = { label: 'label', folds: 4, groupBy: 'donor_id', seed: 0, unit: 'cell' as const };

describe('makeSplit', () => {
  test('excludes cells without a label and tests every other cell once', () => {
    const split = makeSplit(obs, protocol, 'thymus');
    expect(split.classes).toEqual(['cTEC', 'mTEC']);
    expect(split.rows).toHaveLength(32);
    expect(split.folds.every((fold) => fold >= 0 && fold < 4)).toBe(true);
    expect(split.cellIds[0]).toBe(`cell ${split.rows[0]}`);
  });

  test('never puts a donor into two folds', () => {
    const { groups, folds } = makeSplit(obs, protocol, 'thymus');
    const foldsOf = new Map<string, Set<number>>();
    groups.forEach((group, cell) => foldsOf.set(group, (foldsOf.get(group) ?? new Set()).add(folds[cell])));
    for (const own of foldsOf.values()) expect(own.size).toBe(1);
  });

  test('is the same for the same seed', () => {
    expect(makeSplit(obs, protocol, 'thymus')).toEqual(makeSplit(obs, protocol, 'thymus'));
  });

  test.each([
    [
      { classes: ['cTEC', 'hTEC'] },
      /^thymus: label: no cell has the class "hTEC"; choose among the values of the column: .*cTEC/,
    ],
    [{ folds: 9 }, /^thymus: donor_id: 9 folds but only 8 groups; set protocol\.folds to 8 or fewer$/],
    [{ label: 'labels' }, /^thymus: obs\/labels: column not found in every file; choose one of: label, donor_id$/],
  ])('refuses %j with an error of one line', (change, message) => {
    expect(() => makeSplit(obs, { ...protocol, ...change }, 'thymus')).toThrow(message);
  });
});
