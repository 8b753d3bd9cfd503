import { describe, expect, test } from '@jest/globals';
import { LabelError } from '../errors.js';
import { checkLabels, classWeights, encodeLabels } from './labels.js';

describe('labels', () => {
  test('are sorted by name, for any order in the data', () => {
    expect(encodeLabels(['mTEC', 'cTEC', null, 'mTEC'])).toEqual({
      names: ['cTEC', 'mTEC'],
      codes: Int32Array.of(1, 0, -1, 1),
    });
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
  });
});
