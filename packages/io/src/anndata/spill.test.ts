import { FileMissingError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { denseRows } from '../testing/dense.js';
import { scratch } from '../testing/folder.js';
import { type EntrySource, surveyEntries } from './entries.js';
import { rowBlocks } from './transpose.js';

const ROWS = 400;
const COLS = 1000;
const at = scratch();

/** Returns a full matrix in column order, large enough for several segments per window. */
function columns(value: (row: number, col: number) => number): EntrySource {
  return {
    rows: ROWS,
    cols: COLS,
    async *scan() {
      const rows = Int32Array.from({ length: ROWS }, (_, row) => row);
      for (let col = 0; col < COLS; col++) {
        const values = Float64Array.from(rows, (row) => value(row, col));
        yield { length: ROWS, rows, cols: new Int32Array(ROWS).fill(col), values };
      }
    },
  };
}

describe('a matrix stored by columns and larger than the budget', () => {
  test.each([
    ['single', (row: number, col: number) => row + col / 4 + 1],
    ['double', (row: number, col: number) => row + col / 3 + 1],
  ])('reads back the same values from disk in %s precision', async (_, value) => {
    const source = columns(value);
    const survey = await surveyEntries(source);
    const expected = Array.from({ length: ROWS }, (_, row) =>
      Array.from({ length: COLS }, (_, col) => value(row, col)),
    );
    const range = { rows: 7, from: 0, to: ROWS };
    expect(await denseRows(rowBlocks(source, survey, range, { budget: 210 * COLS, scratch: at('') }))).toEqual(
      expected,
    );
  });

  test('leaves no file in its folder, even if it is abandoned', async () => {
    const source = columns(() => 1);
    const survey = await surveyEntries(source);
    const options = { budget: COLS, scratch: at('') };
    for await (const block of rowBlocks(source, survey, { rows: 1, from: 0, to: ROWS }, options)) {
      if (block.rowStart === 3) break;
    }
    expect(readdirSync(at(''))).toEqual([]);
  });

  test('names a folder that it cannot write to', async () => {
    const source = columns(() => 1);
    const survey = await surveyEntries(source);
    const blocks = rowBlocks(source, survey, { rows: 1, from: 0, to: ROWS }, { budget: COLS, scratch: at('absent') });
    await expect(denseRows(blocks)).rejects.toThrow(FileMissingError);
  });
});
