import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { perturbSequence, quartileTarget, type Perturbation } from './perturb-sequence.js';

const rules = { specialIds: [0, 1, 2, 3], maxLength: 8 };
const v1 = (...genes: number[]) => ({ tokens: Int32Array.from(genes) });
const v2 = (...genes: number[]) => ({ tokens: Int32Array.of(2, ...genes, 3) });
const tokensOf = (cell: { tokens: Int32Array }, genes: number[], perturbation: Perturbation, own = rules) => [
  ...(perturbSequence(cell, genes, perturbation, own)?.tokens ?? []),
];

test('delete removes genes, and the others keep their order', () => {
  expect(tokensOf(v1(9, 7, 5, 8), [7], { kind: 'delete' })).toEqual([9, 5, 8]);
  expect(tokensOf(v2(9, 7, 5, 8), [8, 9, 6], { kind: 'delete' })).toEqual([2, 7, 5, 3]);
});

test('the new sequence tells where its tokens were', () => {
  const deleted = perturbSequence(v2(9, 7, 5), [7, 6], { kind: 'delete' }, rules)!;
  expect([...deleted.from]).toEqual([0, 1, 3, 4]);
  expect(deleted).toMatchObject({ present: 1, dropped: 0 });
});

test('overexpress moves genes to the front in the given order', () => {
  expect(tokensOf(v1(9, 7, 5, 8), [8, 7], { kind: 'overexpress' })).toEqual([8, 7, 9, 5]);
  expect(tokensOf(v2(9, 7, 5, 8), [5], { kind: 'overexpress' })).toEqual([2, 5, 9, 7, 8, 3]);
});

test('overexpress inserts absent genes; a full sequence loses its last genes, not <eos>', () => {
  expect(tokensOf(v2(9, 7), [6], { kind: 'overexpress' })).toEqual([2, 6, 9, 7, 3]);
  const full = perturbSequence(v2(9, 7, 5, 8, 10, 11), [6, 12], { kind: 'overexpress' }, rules)!;
  expect([...full.tokens]).toEqual([2, 6, 12, 9, 7, 5, 8, 3]);
  expect(full).toMatchObject({ dropped: 2, present: 0 });
  expect([...full.from]).toEqual([0, -1, -1, 1, 2, 3, 4, 7]);
});

test('a cell without the genes is not perturbed', () => {
  for (const kind of ['delete', 'inhibit', 'activate'] as const) {
    expect(perturbSequence(v2(9, 7), [6], { kind }, rules)).toBeUndefined();
  }
  expect(perturbSequence(v2(9, 7), [6], { kind: 'overexpress', presentOnly: true }, rules)).toBeUndefined();
  expect(perturbSequence(v2(), [6], { kind: 'overexpress' }, rules)).toBeUndefined();
  expect(perturbSequence(v2(9), [2], { kind: 'delete' }, rules)).toBeUndefined();
});

test('inhibit and activate move a gene to the middle of another quartile, or to the end', () => {
  const eight = v1(10, 11, 12, 13, 14, 15, 16, 17);
  expect(tokensOf(eight, [10], { kind: 'inhibit' })).toEqual([11, 12, 13, 10, 14, 15, 16, 17]);
  expect(tokensOf(eight, [10], { kind: 'inhibit', quartiles: 3 })).toEqual([11, 12, 13, 14, 15, 16, 17, 10]);
  expect(tokensOf(eight, [16], { kind: 'inhibit' })).toEqual([10, 11, 12, 13, 14, 15, 17, 16]);
  expect(tokensOf(eight, [16], { kind: 'activate' })).toEqual([10, 11, 12, 13, 14, 16, 15, 17]);
  expect(tokensOf(eight, [11], { kind: 'activate' })).toEqual([11, 10, 12, 13, 14, 15, 16, 17]);
  expect([0, 1].map((shift) => quartileTarget(0, 1, shift))).toEqual([0, 0]);
});

test('with counts, a moved gene gets the count of its new rank', () => {
  const cell = { tokens: Int32Array.of(4, 5, 6), counts: Float32Array.of(60, 20, 3) };
  const medians = [NaN, NaN, NaN, NaN, 10, 5, 2, 4];
  const moved = perturbSequence(cell, [6], { kind: 'overexpress' }, { ...rules, medians })!;
  expect([...moved.counts!]).toEqual([12, 60, 20]);
  const inserted = perturbSequence(cell, [7], { kind: 'overexpress' }, { ...rules, medians })!;
  expect([...inserted.counts!]).toEqual([24, 60, 20, 3]);
  const deleted = perturbSequence(cell, [4], { kind: 'delete' }, { ...rules, medians })!;
  expect([...deleted.counts!]).toEqual([20, 3]);
});

test('every perturbation but delete keeps the genes, and all keep special tokens', () => {
  const genes = fc.uniqueArray(fc.integer({ min: 4, max: 40 }), { minLength: 1, maxLength: 20 });
  const kinds = fc.constantFrom('delete', 'overexpress', 'inhibit', 'activate');
  fc.assert(
    fc.property(genes, genes, kinds, fc.constantFrom(1, 2, 3), (cell, chosen, kind, quartiles) => {
      const perturbation = { kind, quartiles, presentOnly: true } as Perturbation;
      const after = perturbSequence(v2(...cell), chosen, perturbation, { ...rules, maxLength: 64 });
      if (!after) return cell.every((gene) => !chosen.includes(gene));
      const tokens = [...after.tokens];
      const expected = kind === 'delete' ? cell.filter((gene) => !chosen.includes(gene)) : cell;
      const rest = (list: number[]): number[] => list.filter((gene) => gene > 3 && !chosen.includes(gene));
      return (
        tokens[0] === 2 &&
        tokens.at(-1) === 3 &&
        String(tokens.slice(1, -1).sort()) === String([...expected].sort()) &&
        String(rest(tokens)) === String(rest(cell)) &&
        tokens.every((token, at) => token === [2, ...cell, 3][after.from[at]])
      );
    }),
  );
});
