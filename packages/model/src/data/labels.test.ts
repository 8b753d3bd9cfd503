import { describe, expect, test } from '@jest/globals';
import { LabelError } from '../errors.js';
import { checkLabels, checkTargets, classWeights, encodeLabels } from './labels.js';

describe('labels', () => {
  test('are sorted by name, for any order in the data', () => {
    expect(encodeLabels(['mTEC', 'cTEC', null, 'mTEC'])).toEqual({
      names: ['cTEC', 'mTEC'],
      codes: Int32Array.of(1, 0, -1, 1),
    });
  });

  test.each([undefined, 3, NaN])('are strings or null, not %p', (value) => {
    const values = ['a', value as unknown as string];
    expect(() => encodeLabels(values)).toThrow(`values[1]: ${value} is not valid; use a string, or null for no label`);
  });

  test('must be one per cell, within the classes, with no empty class', () => {
    const names = ['a', 'b'];
    expect(() => checkLabels(Int32Array.of(0, 1), 3, names)).toThrow(
      'there are 2 labels for 3 cells; give one label per cell',
    );
    expect(() => checkLabels(Int32Array.of(0, 2), 2, names)).toThrow('cell 1 has label 2; labels run from 0 to 1');
    expect(() => checkLabels(Int32Array.of(0, -1), 2, names)).toThrow(LabelError);
    expect(() => checkLabels(Int32Array.of(0, 0), 2, names)).toThrow('class "b" has no training cells');
    expect(() => checkLabels(Int32Array.of(0, 1), 2, names)).not.toThrow();
  });

  test.each([
    [[0, 1], 'labels: Array is not an array of type Int32Array; encode names with encodeLabels'],
    [['0', '1'], 'labels: Array is not an array of type Int32Array'],
    [undefined, 'labels: undefined is not an array of type Int32Array'],
    [null, 'labels: null is not an array of type Int32Array'],
    [Float32Array.of(0, 1), 'labels: Float32Array is not an array of type Int32Array'],
  ])('%j are refused, because a resumed run could not compare them', (labels, message) => {
    expect(() => checkLabels(labels as unknown as Int32Array, 2, ['a', 'b'])).toThrow(message);
  });
});

describe('class weights', () => {
  const counts = Int32Array.of(3, 1);

  test('are balanced as in scikit-learn: cells / (classes × cells of the class)', () => {
    expect([...classWeights('balanced', counts, ['a', 'b'])]).toEqual([Math.fround(4 / 6), 2]);
  });

  test('are 1 by default, and must be positive, one per class', () => {
    expect([...classWeights(null, counts, ['a', 'b'])]).toEqual([1, 1]);
    expect(() => classWeights([1], counts, ['a', 'b'])).toThrow('use 2 weights above 0');
    expect(() => classWeights([1, 0], counts, ['a', 'b'])).toThrow('use 2 weights above 0');
    expect(() => classWeights([1, Infinity], counts, ['a', 'b'])).toThrow('use 2 weights above 0');
    expect(() => classWeights(['1', '2'] as never, counts, ['a', 'b'])).toThrow('use 2 weights above 0');
  });
});

test('a plain array of targets of a regression is refused', () => {
  expect(() => checkTargets([1, 2] as unknown as Float32Array, 2, ['age'])).toThrow(
    'targets: Array is not an array of type Float32Array; use Float32Array.from',
  );
});
