import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { majorityVote } from './annotation.js';
import { bestClasses, calibrate, scale } from './calibrate.js';
import { fitHead, headProbabilities } from './linear-head.js';
import { splitCells } from './split-cells.js';
import { CellsUnfitError } from '../errors.js';

describe('the split', () => {
  test('puts every cell into one part, and every group into training or test', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 3, max: 9 }), (seed, donors) => {
        const codes = Int32Array.from({ length: 180 }, (_, cell) => (cell * 7 + seed) % 3);
        const groups = codes.map((_, cell) => Math.floor((cell * donors) / 180));
        const { train, validation, test } = splitCells({ codes, names: ['a', 'b', 'c'], groups }, 'x.h5ad', seed);
        expect(Int32Array.from([...train, ...validation, ...test]).sort()).toEqual(Int32Array.from(codes.keys()));
        const held = new Set(Array.from(test, (cell) => groups[cell]));
        for (const cell of [...train, ...validation]) expect(held.has(groups[cell])).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  test('is refused with a remedy if a label is in one group only', () => {
    const codes = Int32Array.from({ length: 40 }, (_, cell) => (cell < 20 ? 0 : 1));
    const groups = codes;
    expect(() => splitCells({ codes, names: ['a', 'b'], groups }, 'x.h5ad', 0)).toThrow(CellsUnfitError);
    expect(() => splitCells({ codes, names: ['a', 'b'], groups }, 'x.h5ad', 0)).toThrow(
      /^x.h5ad: labels: labels a, b are in too few groups .*; leave out those cells, or leave out the groups$/,
    );
  });
});

describe('the calibration', () => {
  // Predictions that are right in 80 % of cases and claim 99 %.
  const cells = 1000;
  const truth = Int32Array.from({ length: cells }, (_, cell) => cell % 2);
  const sure = Float32Array.from({ length: 2 * cells }, (_, at) => {
    const cell = at >> 1;
    const says = cell % 5 === 0 ? 1 - truth[cell] : truth[cell];
    return at % 2 === says ? 0.99 : 0.01;
  });

  test('makes scores equal to the share of right predictions', () => {
    const { temperature } = calibrate(sure, truth, 2, 0);
    expect(bestClasses(scale(sure, 2, temperature), 2).score[0]).toBeCloseTo(0.8, 2);
  });

  test('calls at most the given share of right predictions unknown', () => {
    const spread = Float32Array.from({ length: 2 * cells }, (_, at) => {
      const right = 0.5 + (0.5 * (((at >> 1) * 37) % cells)) / cells;
      return at % 2 === truth[at >> 1] ? right : 1 - right;
    });
    const { temperature, threshold } = calibrate(spread, truth, 2, 0.05);
    const { score } = bestClasses(scale(spread, 2, temperature), 2);
    expect(score.filter((value) => value < threshold).length / cells).toBeCloseTo(0.05, 2);
  });
});

test('a fitted head separates classes that lines separate, with two classes and with three', () => {
  for (const classes of [2, 3]) {
    const codes = Int32Array.from({ length: 90 }, (_, row) => row % classes);
    const data = Float32Array.from(
      { length: 180 },
      (_, at) => 3 * Math.sin(2 * codes[at >> 1] + (at % 2)) + 0.1 * Math.sin(at),
    );
    const vectors = { rows: 90, cols: 2, data };
    const head = fitHead({ vectors, codes }, { vectors, codes }, classes);
    const probabilities = headProbabilities(head, vectors);
    expect(bestClasses(probabilities, classes).best).toEqual(codes);
    for (let row = 0; row < 90; row++) {
      const sum = probabilities.subarray(row * classes, (row + 1) * classes).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  }
});

test('a majority vote gives clusters one label, and keeps cells without a cluster', () => {
  const labels = ['T', 'T', 'B', 'B', 'unknown', null];
  expect(majorityVote(labels, ['0', '0', '0', null, '1', '1'])).toEqual(['T', 'T', 'T', 'B', 'unknown', 'unknown']);
});
