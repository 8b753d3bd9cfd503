import { expect, test } from '@jest/globals';
import { ArgumentError } from './errors.js';

const circular: Record<string, unknown> = {};
circular['self'] = circular;

test.each([
  ['text', '"text"'],
  [undefined, 'undefined'],
  [NaN, 'NaN'],
  [3n, '3n'],
  [[1, 'a'], '[1,"a"]'],
  [circular, '[object Object]'],
])('an error about an argument shows the value %p', (value, shown) => {
  expect(ArgumentError.of('x', value, 'a number').message).toBe(`x: ${shown} is not valid; use a number`);
});
