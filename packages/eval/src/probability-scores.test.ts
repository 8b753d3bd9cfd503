import { expect, test } from '@jest/globals';
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

test('a certain mistake costs a large but finite loss', () => {
  expect(logLoss(Int32Array.of(0), Float32Array.of(0, 1), 2)).toBeCloseTo(52 * Math.LN2, 9);
});
