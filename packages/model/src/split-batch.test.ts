import { describe, expect, test } from '@jest/globals';
import { splitBatch } from './split-batch.js';

const batch = (rows: number, length: number, cells = rows) => ({
  rows,
  length,
  cells: Int32Array.from({ length: cells }, (_, cell) => 100 + cell),
});

const rowsOf = (pieces: readonly { rows: number }[]) => pieces.map(({ rows }) => rows);

describe('a batch in pieces', () => {
  test('is whole where it is small', () => {
    expect(splitBatch(batch(16, 256))).toEqual([batch(16, 256)]);
  });

  test('has pieces of one shape within the budget of tokens', () => {
    expect(rowsOf(splitBatch(batch(12, 800)))).toEqual([4, 4, 4]);
    expect(rowsOf(splitBatch(batch(12, 1600)))).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test('has a piece a cell where one cell is longer than the budget', () => {
    expect(rowsOf(splitBatch(batch(2, 300), 256))).toEqual([1, 1]);
  });

  test('holds every cell once, in order', () => {
    const whole = batch(13, 100, 12);
    const pieces = splitBatch(whole, 500);
    expect(pieces.flatMap(({ cells }) => [...cells])).toEqual([...whole.cells]);
    for (const { rows, cells } of pieces) expect(cells.length).toBeLessThanOrEqual(rows);
  });

  test('has no piece without a cell', () => {
    expect(splitBatch(batch(12, 1600, 3)).map(({ cells }) => cells.length)).toEqual([2, 1]);
  });
});
