import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { labeledGroupKFold } from './labeled-group-k-fold.js';

describe('labeledGroupKFold', () => {
  const genes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 12, maxLength: 40 });

  test('tests every row once, keeps genes whole and balances the genes of each label', () => {
    fc.assert(
      fc.property(genes, fc.integer(), (occurrences, seed) => {
        const groups = Int32Array.from(occurrences.flatMap((count, gene) => new Array<number>(count).fill(gene)));
        const labels = groups.map((gene) => (gene % 3 === 0 ? 1 : 0));
        const folds = labeledGroupKFold(labels, groups, { nSplits: 4, seed });
        expect(folds).toHaveLength(groups.length);
        const foldOf = new Map<number, number>();
        groups.forEach((gene, row) => {
          expect(folds[row]).toBe(foldOf.get(gene) ?? folds[row]);
          foldOf.set(gene, folds[row]);
        });
        for (const label of [0, 1]) {
          const sizes = [0, 0, 0, 0];
          for (const [gene, fold] of foldOf) if ((gene % 3 === 0 ? 1 : 0) === label) sizes[fold]++;
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('refuses a gene with two labels, and labels of fewer genes than folds', () => {
    const options = { nSplits: 2, seed: 0 };
    expect(() => labeledGroupKFold(Int32Array.of(0, 1), Int32Array.of(7, 7), options)).toThrow(
      'groups: group 7 has labels 0 and 1; give one label per group',
    );
    expect(() => labeledGroupKFold(Int32Array.of(0, 0, 1, 1), Int32Array.of(1, 2, 3, 3), options)).toThrow(
      'class 1 has 1 row but there are 2 folds',
    );
  });
});
