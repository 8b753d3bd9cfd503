import { describe, expect, test } from '@jest/globals';
import type { DataFrame } from '@geneformer-ts/io';
import { LeakError } from '../errors.js';
import type { TransferProtocol } from '../stages/generalization.params.js';
import { assertSound, makeContextSplit, pick, positionsOf, seenPositions } from './context-split.js';

const cells = 240;
const column = (of: (cell: number) => string) => ({
  kind: 'string' as const,
  values: Array.from({ length: cells }, (_, cell) => of(cell)),
});
const obs: DataFrame = {
  index: Array.from({ length: cells }, (_, cell) => `cell ${cell}`),
  columns: new Map([
    ['label', column((cell) => (cell % 3 === 0 ? 'a' : 'b'))],
    ['donor', column((cell) => `D${Math.floor(cell / 30)}`)],
    ['plate', column((cell) => (cell < 60 ? 'drop' : cell < 150 ? 'cel-1' : 'cel-2'))],
  ]),
};
const common = { label: 'label', parts: 5, seed: 0, unit: 'cell' as const };
const byDonor: TransferProtocol = {
  ...common,
  folds: 2,
  shift: { context: 'donor', kind: 'held-out', column: 'donor' },
};
const byPlate: TransferProtocol = {
  ...common,
  folds: 5,
  shift: { context: 'protocol', kind: 'values', column: 'plate', train: ['cel-1', 'cel-2'], test: ['drop'] },
};

describe.each([
  ['donors held out', byDonor, cells],
  ['separate protocols', byPlate, 60],
])('%s', (_what, protocol, shiftedCells) => {
  const split = makeContextSplit(obs, protocol, 'test');
  const folds = Array.from({ length: protocol.folds }, (_, fold) => fold);

  test('no group of the other context is trained on', () => {
    for (const fold of folds) {
      const trained = new Set(pick(split, positionsOf(split, fold, 'train')).groups);
      for (const group of pick(split, positionsOf(split, fold, 'shifted')).groups) expect(trained).not.toContain(group);
    }
  });

  test('every cell of the other context is tested once, and no held-out cell twice', () => {
    const shifted = folds.flatMap((fold) => [...positionsOf(split, fold, 'shifted')]);
    expect(new Set(shifted).size).toBe(shifted.length);
    expect(shifted).toHaveLength(shiftedCells);
    const seen = folds.flatMap((fold) => [...positionsOf(split, fold, 'seen')]);
    expect(new Set(seen).size).toBe(seen.length);
    expect([...seenPositions(split)]).toEqual(seen.sort((a, b) => a - b));
  });

  test('a fifth of the training context is held out, stratified by class', () => {
    for (const fold of folds) {
      const [seen, train] = [positionsOf(split, fold, 'seen'), positionsOf(split, fold, 'train')];
      expect(Math.abs(seen.length / (seen.length + train.length) - 0.2)).toBeLessThan(0.03);
      expect(new Set(Array.from(seen, (position) => split.labels[position])).size).toBe(2);
    }
  });

  test('a cell of the other context among the training cells stops the run', () => {
    const [position] = positionsOf(split, 0, 'shifted');
    const roles = structuredClone(split.roles);
    roles[0][position] = 'train';
    expect(() => assertSound({ ...split, roles })).toThrow(LeakError);
  });
});

test('names a value that no cell has', () => {
  const shift = { ...byPlate.shift, test: ['dropseq'] } as TransferProtocol['shift'];
  expect(() => makeContextSplit(obs, { ...byPlate, shift }, 'cells.csv')).toThrow(
    /^cells\.csv: obs\/plate: fewer than 5 cells of class "a" have dropseq; correct/,
  );
});
