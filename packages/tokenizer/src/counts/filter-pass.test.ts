import type { Column } from '@geneformer-ts/io';
import { expect, test } from '@jest/globals';
import { memorySource, numbers, strings } from '../testing/memory-source.js';
import { cellsThatPass } from './count-rules.js';

const withColumn = (filter_pass?: Column) =>
  memorySource({ genes: ['g'], counts: [[1], [1], [1], [1]], obs: filter_pass === undefined ? {} : { filter_pass } });

test('without a column filter_pass all cells are kept', () => {
  expect(cellsThatPass(withColumn())).toBeUndefined();
});

test.each<[string, Column]>([
  ['numbers', numbers(1, 0, NaN, 2)],
  ['flags', { kind: 'boolean', values: [true, false, null, false] }],
  ['text', strings('1', '0', null, '')],
  ['text of floats', strings('1.0', '0.0', '', '1.5')],
  ['text in any case', strings(' TRUE ', 'FALSE', null, 'nan')],
  ['categories of floats', { kind: 'categorical', categories: ['0.0', '1.0'], codes: Int32Array.of(1, 0, -1, 0) }],
  ['categories', { kind: 'categorical', categories: ['False', 'True'], codes: Int32Array.of(1, 0, -1, 0) }],
])('only cells marked 1 or true are kept; marks stored as %s', (_, column) => {
  expect(Array.from(cellsThatPass(withColumn(column))!)).toEqual([1, 0, 0, 0]);
});

test.each(['yes', 'F', 'PASS', '1,0'])('the ambiguous word %j is refused', (word) => {
  expect(() => cellsThatPass(withColumn(strings('1', '0', word, '0')))).toThrow(
    `filter_pass contains '${word}'; write 1 or true for cells to keep and 0 or false for others`,
  );
});
