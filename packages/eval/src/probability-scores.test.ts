import { expect, test } from '@jest/globals';
import { averagePrecision } from './average-precision.js';
import { calibrationCurve, expectedCalibrationError } from './calibration.js';
import { brierScore, logLoss } from './probability-scores.js';
import { golden } from './testing/golden.js';

const { binary, manyClasses: many } = golden;
const truth = Int32Array.from(binary.truth);
const probabilities = Float64Array.from(binary.score.flatMap((p) => [1 - p, p]));

test('log loss equals scikit-learn', () => {
  expect(logLoss(truth, probabilities, 2)).toBeCloseTo(binary.logLoss, 12);
  const manyLoss = logLoss(Int32Array.from(many.truth), Float64Array.from(many.probabilities), many.classes);
  expect(manyLoss).toBeCloseTo(many.logLoss, 9);
});

test('Brier score equals scikit-learn for two classes and sums over the classes for more', () => {
  expect(brierScore(truth, probabilities, 2)).toBeCloseTo(binary.brier, 12);
  expect(brierScore(Int32Array.of(2), Float64Array.of(0.2, 0.3, 0.5), 3)).toBeCloseTo(0.04 + 0.09 + 0.25, 12);
});

test('a wrong prediction with probability 1 has a large but finite loss', () => {
  expect(logLoss(Int32Array.of(0), Float32Array.of(0, 1), 2)).toBeCloseTo(52 * Math.LN2, 9);
});

test('average precision equals scikit-learn, with and without weights', () => {
  const { averagePrecision: plain, averagePrecisionWeighted } = golden.probabilities;
  const args = [Int32Array.from(many.truth), Float64Array.from(many.probabilities), many.classes] as const;
  expect(averagePrecision(...args)).toBeCloseTo(plain, 12);
  expect(averagePrecision(...args, Int32Array.from(many.weights))).toBeCloseTo(averagePrecisionWeighted, 12);
});

test('average precision of constant scores equals the share of the class', () => {
  expect(averagePrecision(Int32Array.of(0, 1, 0, 0), new Float64Array(4).fill(0.5), 2)).toBe(0.25);
  expect(() => averagePrecision(Int32Array.of(0, 0), new Float64Array(2), 2)).toThrow('class 1 has no rows');
});

test('expected calibration error equals the distance between confidence and accuracy', () => {
  const args = [Int32Array.from(many.truth), Float64Array.from(many.probabilities), many.classes] as const;
  expect(expectedCalibrationError(...args, 10)).toBeCloseTo(golden.probabilities.expectedCalibrationError, 12);
  const [bin] = calibrationCurve(Int32Array.of(0, 0, 0, 1), Float64Array.of(0.8, 0.2, 0.8, 0.2, 0.8, 0.2, 0.8, 0.2), 2);
  expect(bin).toMatchObject({ rows: 4, accuracy: 0.75 });
  expect(bin.confidence).toBeCloseTo(0.8, 12);
});

test('empty input and NaN probabilities are refused', () => {
  const none = [new Int32Array(0), new Float64Array(0), 2] as const;
  expect(() => logLoss(...none)).toThrow('logLoss: got no rows');
  expect(() => brierScore(...none)).toThrow('brierScore: got no rows');
  const diverged = [Int32Array.of(0, 1), Float64Array.of(0.3, 0.7, NaN, NaN), 2] as const;
  for (const score of [logLoss, brierScore, expectedCalibrationError, averagePrecision]) {
    expect(() => score(...diverged)).toThrow('score of row 1: NaN is not valid; use a number for every row');
  }
});
