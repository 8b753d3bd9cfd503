import { ArgumentError } from '@geneformer-ts/core';
import { expect, test } from '@jest/globals';
import { checkFrame, type Column, columnAsStrings, columnLength } from './data-frame.js';

test('converts every kind of column to strings and missing values to null', () => {
  const text = (column: Column): (string | null)[] => columnAsStrings(column);
  expect(text({ kind: 'string', values: ['a', null] })).toEqual(['a', null]);
  expect(text({ kind: 'number', values: Float64Array.of(1, 0.5, NaN) })).toEqual(['1', '0.5', null]);
  expect(text({ kind: 'boolean', values: [true, false, null] })).toEqual(['true', 'false', null]);
  expect(text({ kind: 'categorical', categories: ['x', 'y'], codes: Int32Array.of(1, -1, 0) })).toEqual([
    'y',
    null,
    'x',
  ]);
});

test('names a column whose length differs from the index', () => {
  const column: Column = { kind: 'categorical', categories: ['x'], codes: Int32Array.of(0) };
  expect(columnLength(column)).toBe(1);
  const frame = { index: ['a', 'b'], columns: new Map([['label', column]]) };
  expect(() => checkFrame(frame, 'obs')).toThrow(ArgumentError);
  expect(() => checkFrame(frame, 'obs')).toThrow('obs.label: has 1 values but the index has 2');
});
