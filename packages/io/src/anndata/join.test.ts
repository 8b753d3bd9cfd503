import { ArgumentError, FieldMissingError, FormatError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { type Column, columnLength, type DataFrame } from './data-frame.js';
import { joinFrame, type MetadataTable, type ObsJoin } from './join.js';

type Columns = Record<string, Column>;

/** Returns a table of cells. */
function frame(index: string[], columns: Columns = {}): DataFrame {
  return { index, columns: new Map(Object.entries(columns)) };
}

/** Returns a metadata table with row names. */
function named(index: string[], columns: Columns = {}): MetadataTable {
  return { ...frame(index, columns), named: true };
}

/** Returns a metadata table without row names. */
function counted(columns: Columns): MetadataTable {
  const rows = Math.max(...Object.values(columns).map(columnLength));
  return {
    ...frame(
      Array.from({ length: rows }, (_, row) => String(row)),
      columns,
    ),
    named: false,
  };
}

const texts = (...values: (string | null)[]): Column => ({ kind: 'string', values });
const numbers = (...values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });

const join = (obs: DataFrame, metadata: MetadataTable, how?: ObsJoin): DataFrame =>
  joinFrame(obs, metadata, 'x.csv', 'meta.csv', how).obs;

describe('joinFrame', () => {
  test('rejects a table without a header line, whose first cell would be lost', () => {
    const headless = { ...named(['c2', 'c3'], { T: texts('B', 'T') }), header: ['c1', 'T'] };
    expect(() => join(frame(['c1', 'c2', 'c3']), headless)).toThrow(
      "meta.csv: first line: contains 'c1', a cell of x.csv, so the table has no header line; add a header line with a name",
    );
    const numbered = { ...named(['0', '1'], { '1': texts('B', 'T') }), header: ['', '1'] };
    expect(join(frame(['0', '1']), numbered).columns.get('1')).toEqual(texts('B', 'T'));
  });

  test('reorders every kind of column by the cells', () => {
    const metadata = named(['c', 'b', 'a', 'unused'], {
      n: { kind: 'number', values: Float64Array.of(3, 2, 1, 0) },
      s: { kind: 'string', values: ['three', null, 'one', ''] },
      f: { kind: 'boolean', values: [true, null, false, true] },
      k: { kind: 'categorical', categories: ['u', 'v'], codes: Int32Array.of(0, 1, -1, 0) },
    });
    expect(Object.fromEntries(join(frame(['a', 'c']), metadata).columns)).toEqual({
      n: { kind: 'number', values: Float64Array.of(1, 3) },
      s: { kind: 'string', values: ['one', 'three'] },
      f: { kind: 'boolean', values: [false, true] },
      k: { kind: 'categorical', categories: ['u', 'v'], codes: Int32Array.of(-1, 0) },
    });
  });

  test('finds the cells in a column when the rows have no names', () => {
    const metadata = counted({ donor: texts('d', 'd'), barcode: texts('b', 'a') });
    expect(join(frame(['a', 'b']), metadata).columns.get('barcode')).toEqual(texts('a', 'b'));
  });

  test('matches identifiers that are numbers, but never row numbers', () => {
    const cells = frame(['0', '1', '2']);
    const metadata = counted({ cell: numbers(2, 0, 1), label: texts('two', 'zero', 'one') });
    expect(join(cells, metadata).columns.get('label')).toEqual(texts('zero', 'one', 'two'));
    expect(() => join(cells, counted({ label: texts('two', 'zero', 'one') }))).toThrow(
      /meta.csv: cells: no column contains a cell of x.csv \(0, 1, 2\); the table has column 'label' \(two, zero, …\); add a column/,
    );
  });

  test('rejects several columns that name the cells unless they agree', () => {
    const cells = frame(['0', '1']);
    const differ = named(['0', '1'], { cell: numbers(1, 0), label: texts('a', 'b') });
    expect(() => join(cells, differ)).toThrow(
      /first column, column 'cell' all name the cells of x.csv and disagree; set obsJoin to the column .*{ column: '' }/,
    );
    expect(join(cells, differ, { column: 'cell' }).columns.get('label')).toEqual(texts('b', 'a'));
    expect(join(cells, differ, { column: '' }).columns.get('label')).toEqual(texts('a', 'b'));
    const agree = named(['1', '0'], { cell: numbers(1, 0), label: texts('b', 'a') });
    expect(join(cells, agree).columns.get('label')).toEqual(texts('a', 'b'));
  });

  test('joins by a column of the cells instead of their index', () => {
    const cells = frame(['0', '1'], { barcode: texts('AA', 'CC') });
    const metadata = counted({ id: texts('CC', 'AA'), label: texts('c', 'a') });
    expect(join(cells, metadata, { column: 'id', cells: 'barcode' }).columns.get('label')).toEqual(texts('a', 'c'));
  });

  test('joins by order only on request and only with one row per cell', () => {
    const labels = counted({ label: texts('x', 'y') });
    expect(() => join(frame(['a', 'b']), labels)).toThrow(FormatError);
    expect(join(frame(['a', 'b']), labels, 'order').columns.get('label')).toEqual(texts('x', 'y'));
    expect(() => join(frame(['a', 'b', 'c']), labels, 'order')).toThrow(
      /rows: there are 2 but x.csv has 3 cells, so they cannot be joined by order/,
    );
  });

  test('does not join by order when the table names the cells in another order', () => {
    const inOwnColumn = counted({ cell: texts('b', 'a'), label: texts('x', 'y') });
    expect(() => join(frame(['a', 'b']), inOwnColumn, 'order')).toThrow(
      /column 'cell': names the cells of x.csv in another order; join by it: obsJoin: { column: 'cell' }/,
    );
    expect(() => join(frame(['0', '1']), named(['1', '0']), 'order')).toThrow(/first column: names the cells/);
    const sameOrder = counted({ cell: texts('a', 'b'), label: texts('x', 'y') });
    expect(join(frame(['a', 'b']), sameOrder, 'order').columns.get('label')).toEqual(texts('x', 'y'));
    const ranks = counted({ rank: texts('1', '0'), label: texts('x', 'y') });
    expect(join(frame(['0', '1']), ranks, 'order').columns.get('label')).toEqual(texts('x', 'y'));
  });

  test('names a missing column and lists the existing ones', () => {
    const labels = counted({ cell: texts('a') });
    expect(() => join(frame(['a']), labels, { column: 'barcode' })).toThrow(FieldMissingError);
    expect(() => join(frame(['a']), labels, { column: 'barcode' })).toThrow(/no column 'barcode'; the file has cell/);
    expect(() => join(frame(['a']), labels, { column: '' })).toThrow(ArgumentError);
    expect(() => join(frame(['a']), labels, { column: 'cell', cells: 'id' })).toThrow(/no column 'id' in obs/);
  });

  test('counts the cells without a row in the best matching column', () => {
    const metadata = counted({ donor: texts('d', 'd', 'e'), cell: texts('a', 'b', 'z') });
    expect(() => join(frame(['a', 'b', 'c']), metadata)).toThrow(
      /column 'cell': 1 of the 3 cells of x.csv have no row \(c\)/,
    );
  });

  test('names identifiers that are not unique in either table', () => {
    expect(() => join(frame(['a']), named(['a', 'a']))).toThrow(/first column: an identifier occurs more .* \(a\)/);
    expect(() => join(frame(['a']), named(['a', 'b', 'b']))).toThrow(/meta.csv: first column: .* \(b\)/);
    expect(() => join(frame(['a', 'b', 'a']), named(['a', 'b']))).toThrow(/x.csv: cells: .* \(a\)/);
  });

  test('counts rows of other cells in a note', () => {
    const { notes } = joinFrame(frame(['a']), named(['b', 'a', 'c']), 'x.csv', 'meta.csv');
    expect(notes).toEqual(['meta.csv: 2 of its 3 rows do not belong to a cell of x.csv']);
    expect(joinFrame(frame(['a']), named(['a']), 'x.csv', 'meta.csv').notes).toEqual([]);
  });

  test('rejects a column that already exists', () => {
    expect(() => join(frame(['a'], { n: numbers(1) }), named(['a'], { n: numbers(1) }))).toThrow(
      /column 'n': is also in x.csv/,
    );
  });
});
