import type { Column } from '@geneformer-ts/io';
import { describe, expect, test } from '@jest/globals';
import { ColumnError } from '../errors.js';
import { memorySource, numbers, strings } from '../testing/memory-source.js';
import { planAttributes } from './attributes.js';

const flags = (...values: (boolean | null)[]): Column => ({ kind: 'boolean', values });
const withObs = (...columns: (Column | undefined)[]) =>
  columns.map((column) =>
    memorySource({ genes: ['g'], counts: [[1], [1]], obs: column === undefined ? {} : { it: column } }),
  );

describe('an attribute of several files', () => {
  test.each<[string, (Column | undefined)[], string, unknown[]]>([
    ['whole numbers', [numbers(1, 2), numbers(3, 2 ** 40)], 'int64', [1n, 2n, 3n, 1_099_511_627_776n]],
    ['numbers, some not whole', [numbers(1, 2), numbers(0.5, 4)], 'float64', [1, 2, 0.5, 4]],
    ['numbers, some missing', [numbers(1, 2), numbers(NaN, 4)], 'float64', [1, 2, NaN, 4]],
    ['whole numbers, absent from one file', [numbers(1, 2), undefined], 'float64', [1, 2, NaN, NaN]],
    ['flags, some missing', [flags(true, null), flags(false, true)], 'bool', [true, null, false, true]],
    ['flags, absent from one file', [undefined, flags(false, true)], 'bool', [null, null, false, true]],
    ['text, absent from one file', [strings('a', null), undefined], 'string', ['a', null, null, null]],
    ['flags here, numbers there', [flags(true, false), numbers(1, 0)], 'string', ['true', 'false', '1', '0']],
    ['text here, numbers there', [strings('x', 'y'), numbers(1, NaN)], 'string', ['x', 'y', '1', null]],
  ])('of %s', (_, columns, feature, values) => {
    const [attribute] = planAttributes(withObs(...columns), 'all');
    expect(attribute).toMatchObject({ name: 'it', feature });
    expect([...attribute.take(0, [0, 1]), ...attribute.take(1, [0, 1])]).toEqual(values);
  });

  test('must be in every file if it is named', () => {
    const plan = () => planAttributes(withObs(numbers(1, 2), undefined), ['it']);
    expect(plan).toThrow(ColumnError);
    expect(plan).toThrow(/obs column it of option attributes not found; obs columns: none/);
  });
});

test('two attributes cannot have the same name', () => {
  const source = memorySource({ genes: ['g'], counts: [[1]], obs: { a: numbers(1), b: numbers(2) } });
  expect(() => planAttributes([source], { a: 'x', b: 'x' })).toThrow(
    /attribute b cannot be named x, which is already in use/,
  );
});
