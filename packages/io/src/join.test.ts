import { describe, expect, test } from '@jest/globals';
import { FormatError } from './errors.js';
import type { Column, Frame } from './frame.js';
import { joinFrame } from './join.js';

function frame(index: string[], columns: Record<string, Column> = {}): Frame {
  return { index, columns: new Map(Object.entries(columns)) };
}

const join = (obs: Frame, metadata: Frame): Frame => joinFrame(obs, metadata, 'x.csv', 'meta.csv');

describe('joinFrame', () => {
  test('brings every kind of column into the order of the cells', () => {
    const metadata = frame(['c', 'b', 'a', 'unused'], {
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

  test('finds the cells in a column when the rows are only numbered', () => {
    const metadata = frame(['0', '1'], {
      donor: { kind: 'string', values: ['d', 'd'] },
      barcode: { kind: 'string', values: ['b', 'a'] },
    });
    expect(join(frame(['a', 'b']), metadata).columns.get('barcode')).toEqual({ kind: 'string', values: ['a', 'b'] });
  });

  test('a cell without a row, with two rows, and a column that is there already', () => {
    expect(() => join(frame(['a', 'z']), frame(['a']))).toThrow(FormatError);
    expect(() => join(frame(['a', 'z']), frame(['a']))).toThrow(/1 of the 2 cells of x.csv have no row \(z\)/);
    expect(() => join(frame(['a']), frame(['a', 'a']))).toThrow(/cell 'a': has two rows/);
    expect(join(frame(['a']), frame(['a', 'b', 'b'])).index).toEqual(['a']);
    const n: Column = { kind: 'number', values: Float64Array.of(1) };
    expect(() => join(frame(['a'], { n }), frame(['a'], { n }))).toThrow(/column 'n': is in x.csv too/);
  });
});
