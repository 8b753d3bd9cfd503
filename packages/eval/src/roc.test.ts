import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rocAuc, rocAucScorer } from './roc-auc.js';
import { rocCurve } from './roc-curve.js';
import { golden } from './testing/golden.js';

const { binary, manyClasses: many } = golden;
const truth = Int32Array.from(binary.truth);
const score = Float64Array.from(binary.score);
const twoColumns = Float64Array.from(binary.score.flatMap((p) => [1 - p, p]));

/** Scikit-learn adds in another order. */
const rounding = { rtol: 0, atol: 1e-13 };

describe('rocAuc equals scikit-learn', () => {
  test('binary with ties, from one score per row or from two probabilities', () => {
    expect(rocAuc(truth, score, 2)).toBeCloseTo(binary.rocAuc, 12);
    expect(rocAuc(truth, twoColumns, 2)).toBeCloseTo(binary.rocAuc, 12);
  });

  test('with weights', () => {
    expect(rocAucScorer(truth, score, 2)(Int32Array.from(binary.weights))).toBeCloseTo(binary.rocAucWeighted, 12);
  });

  test('several classes, one against the rest', () => {
    const area = rocAuc(Int32Array.from(many.truth), Float64Array.from(many.probabilities), many.classes);
    expect(area).toBeCloseTo(many.rocAuc, 12);
  });
});

describe('rocAuc', () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 6 })), {
    minLength: 2,
    maxLength: 40,
  });
  const bothClasses = rows.filter((r) => new Set(r.map(([label]) => label)).size === 2);

  test('equals the share of correctly ordered pairs, with ties as half', () => {
    fc.assert(
      fc.property(bothClasses, (pairs) => {
        const positives = pairs.filter(([label]) => label === 1).map(([, s]) => s);
        const negatives = pairs.filter(([label]) => label === 0).map(([, s]) => s);
        const wins = positives.flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
        const area = rocAuc(
          Int32Array.from(pairs, ([label]) => label),
          Float64Array.from(pairs, ([, s]) => s),
          2,
        );
        expect(area).toBeCloseTo(wins.reduce<number>((a, b) => a + b, 0) / wins.length, 12);
      }),
    );
  });

  test('throws for a single class; on a resample it returns NaN', () => {
    expect(() => rocAuc(Int32Array.of(1, 1), Float64Array.of(0.2, 0.8), 2)).toThrow('rocAuc: class 0 has no rows');
    expect(rocAucScorer(Int32Array.of(0, 1), Float64Array.of(0.2, 0.8), 2)(Int32Array.of(2, 0))).toBeNaN();
  });

  test('throws for NaN scores', () => {
    expect(() => rocAuc(Int32Array.of(0, 0, 1, 1), Float64Array.of(1, NaN, 3, 4), 2)).toThrow('score of row 1: NaN');
  });

  test('is 0.5 for equal scores, also infinite ones', () => {
    const rows = Int32Array.of(0, 1, 0, 1);
    expect(rocAuc(rows, new Float64Array(4).fill(7), 2)).toBe(0.5);
    expect(rocAuc(rows, new Float64Array(4).fill(Infinity), 2)).toBe(0.5);
  });

  test('needs one probability per class', () => {
    expect(() => rocAuc(Int32Array.of(0, 1, 2), new Float32Array(6), 3)).toThrow(
      'probabilities: has 6 values, expected 9',
    );
  });
});

describe('rocCurve', () => {
  test('equals scikit-learn, with and without intermediate points', () => {
    const curve = rocCurve(truth, score);
    expect(curve.falsePositiveRate).toBeAllClose(binary.roc.fpr, rounding);
    expect(curve.truePositiveRate).toBeAllClose(binary.roc.tpr, rounding);
    expect(curve.thresholds[0]).toBe(Infinity);
    expect(curve.thresholds.subarray(1)).toBeAllClose(binary.roc.thresholds, rounding);
    const full = rocCurve(truth, score, { dropIntermediate: false });
    expect(full.falsePositiveRate).toBeAllClose(binary.rocFull.fpr, rounding);
    expect(full.truePositiveRate).toBeAllClose(binary.rocFull.tpr, rounding);
  });

  test('keeps the highest score, also on a straight line, as scikit-learn does', () => {
    const { thresholds } = rocCurve(Int32Array.of(1, 1, 1, 0), Float64Array.of(4, 3, 2, 1));
    expect([...thresholds]).toEqual([Infinity, 4, 2, 1]);
  });

  test('needs both classes', () => {
    expect(() => rocCurve(Int32Array.of(0, 0), Float64Array.of(1, 2))).toThrow('got no positive rows');
  });
});
