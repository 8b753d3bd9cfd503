import { describe, expect, test } from '@jest/globals';
import { accuracy, macroF1, perClassF1, perClassPrecision, perClassRecall } from './class-scores.js';
import { confusionMatrix } from './confusion.js';
import { golden } from './testing/golden.js';

const many = golden.manyClasses;
const truth = Int32Array.from(many.truth);
const predicted = Int32Array.from(many.predicted);
const weights = Int32Array.from(many.weights);

describe('scores of predicted classes equal scikit-learn', () => {
  test('confusion matrix', () => {
    expect([...confusionMatrix(truth, predicted, many.classes)]).toEqual(many.confusion);
  });

  test('accuracy', () => {
    expect(accuracy(truth, predicted)).toBeCloseTo(many.accuracy, 12);
    expect(accuracy(truth, predicted, weights)).toBeCloseTo(many.accuracyWeighted, 12);
  });

  test('macro F1', () => {
    expect(macroF1(truth, predicted, many.classes)).toBeCloseTo(many.macroF1, 12);
    expect(macroF1(truth, predicted, many.classes, weights)).toBeCloseTo(many.macroF1Weighted, 12);
  });

  test('macro F1 averages only over classes that are true or predicted', () => {
    const { missingClass } = golden;
    const score = macroF1(Int32Array.from(missingClass.truth), Int32Array.from(missingClass.predicted), 5);
    expect(score).toBeCloseTo(missingClass.macroF1, 12);
  });

  test.each([
    ['F1', perClassF1, many.f1],
    ['recall', perClassRecall, many.recall],
    ['precision', perClassPrecision, many.precision],
  ] as const)('%s of each class', (_, score, expected) => {
    expect(score(truth, predicted, many.classes)).toBeAllClose(expected, { rtol: 0, atol: 1e-13 });
  });
});

test('integer weights equal repeated rows', () => {
  const repeat = (values: Int32Array) =>
    Int32Array.from([...values].flatMap((value, row) => new Array<number>(weights[row]).fill(value)));
  expect(macroF1(truth, predicted, many.classes, weights)).toBe(
    macroF1(repeat(truth), repeat(predicted), many.classes),
  );
});

test('the recall of a class without rows is NaN, not 0', () => {
  expect([...perClassRecall(Int32Array.of(0, 0), Int32Array.of(0, 1), 3)]).toEqual([0.5, NaN, NaN]);
  expect([...perClassPrecision(Int32Array.of(0, 0), Int32Array.of(0, 1), 3)]).toEqual([1, 0, NaN]);
});

test('invalid input is refused with a one-line message', () => {
  const two = Int32Array.of(0, 1);
  expect(() => accuracy(two, Int32Array.of(0))).toThrow('predicted: has 1 values, expected 2');
  expect(() => macroF1(two, Int32Array.of(0, 2), 2)).toThrow('predicted[1]: label 2 is outside 0 to 1');
  expect(() => accuracy(new Int32Array(0), new Int32Array(0))).toThrow('accuracy: got no rows');
});
