import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { denseRows } from '../testing/dense.js';
import { type Entries, type EntrySource, surveyEntries } from './entries.js';
import { rowBlocks } from './transpose.js';

type Triple = [row: number, col: number, value: number];

/** Yields three entries at a time from one reused buffer, like the real sources. */
function source(rows: number, cols: number, triples: Triple[]): EntrySource & { scans: number } {
  const self = {
    rows,
    cols,
    scans: 0,
    async *scan() {
      self.scans++;
      const out: Entries = { length: 0, rows: new Int32Array(3), cols: new Int32Array(3), values: new Float64Array(3) };
      for (let from = 0; from < triples.length; from += 3) {
        const part = triples.slice(from, from + 3);
        part.forEach(([row, col, value], i) => {
          out.rows[i] = row;
          out.cols[i] = col;
          out.values[i] = value;
        });
        out.length = part.length;
        yield out;
      }
    },
  };
  return self;
}

const matrices = fc
  .record({ rows: fc.integer({ min: 1, max: 12 }), cols: fc.integer({ min: 1, max: 6 }) })
  .chain(({ rows, cols }) =>
    fc.record({
      rows: fc.constant(rows),
      cols: fc.constant(cols),
      triples: fc.uniqueArray(
        fc.tuple(fc.nat(rows - 1), fc.nat(cols - 1), fc.integer({ min: 1, max: 99 })) as fc.Arbitrary<Triple>,
        { selector: ([row, col]) => row * cols + col },
      ),
    }),
  );

describe('rowBlocks', () => {
  test('yields the same matrix for any order of entries, block size and budget', async () => {
    await fc.assert(
      fc.asyncProperty(
        matrices,
        fc.integer({ min: 1, max: 15 }),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        async ({ rows, cols, triples }, blockRows, budget, sorted) => {
          const expected = Array.from({ length: rows }, () => new Array<number>(cols).fill(0));
          for (const [row, col, value] of triples) expected[row][col] = value;
          const ordered = sorted ? [...triples].sort((a, b) => a[0] - b[0]) : triples;
          const entries = source(rows, cols, ordered);
          const survey = await surveyEntries(entries);
          expect(
            await denseRows(rowBlocks(entries, survey, { rows: blockRows, from: 0, to: rows }, { budget })),
          ).toEqual(expected);
        },
      ),
    );
  });

  test('reads the entries once after counting them, for any number of windows', async () => {
    const triples: Triple[] = Array.from({ length: 8 }, (_, i) => [i, 0, 1]);
    const ordered = source(8, 1, triples);
    await denseRows(rowBlocks(ordered, await surveyEntries(ordered), { rows: 2, from: 0, to: 8 }, { budget: 4 }));
    expect(ordered.scans).toBe(2);
    const reversed = source(8, 1, [...triples].reverse());
    await denseRows(rowBlocks(reversed, await surveyEntries(reversed), { rows: 2, from: 0, to: 8 }, { budget: 4 }));
    expect(reversed.scans).toBe(2);
  });

  test('uses double precision for values that single precision cannot represent', async () => {
    const whole = source(1, 1, [[0, 0, 16_777_216]]);
    const large = source(1, 1, [[0, 0, 16_777_217]]);
    expect((await surveyEntries(whole)).single).toBe(true);
    expect((await surveyEntries(large)).single).toBe(false);
    expect(await denseRows(rowBlocks(large, await surveyEntries(large), { rows: 1, from: 0, to: 1 }))).toEqual([
      [16_777_217],
    ]);
  });
});
