import { describe, expect, test } from '@jest/globals';
import { cellsOf } from '../testing/cells.js';
import { readableCells } from './readable-cells.js';
import { drawViews, type ViewOptions } from './views.js';

const contract = { vocabularySize: 500, vocabularyDigest: undefined, maxPositions: 512 };
const ids = Array.from({ length: 400 }, (_, at) => at + 4);
const options: ViewOptions = { keepAtLeast: 0.3, length: 400, tokens: 'top', padId: 0, specialIds: [0, 1, 2, 3] };
const cells = readableCells(cellsOf([ids]), contract);
const draw = (rows: number, given: Partial<ViewOptions> = {}, seed = 1) =>
  drawViews(cells, new Int32Array(rows), { ...options, ...given }, [seed]);

describe('a view of a cell', () => {
  test('keeps the order of its tokens, and between the given share and all of them', () => {
    const { inputIds, lengths, length } = draw(200);
    const shares = Array.from(lengths, (count) => count / 400);
    for (const [row, count] of lengths.entries()) {
      const own = Array.from(inputIds.subarray(row * length, row * length + count));
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
    // Shares are uniform from 0.3 to 1: mean 0.65, with a standard error of 0.014 in 200 views.
    expect(Math.abs(shares.reduce((a, b) => a + b) / 200 - 0.65)).toBeLessThan(0.06);
    expect(Math.min(...shares)).toBeGreaterThan(0.2);
    expect(Math.min(...shares)).toBeLessThan(0.4);
    expect(Math.max(...shares)).toBeGreaterThan(0.9);
  });

  test('is truncated and padded, with a mask at padding only', () => {
    const { inputIds, lengths, mask } = draw(1, { length: 32 });
    expect([...lengths]).toEqual([32]);
    expect(mask).toBeUndefined();
    expect(inputIds[31]).toBeGreaterThan(inputIds[30]);
    const short = drawViews(
      readableCells(cellsOf([[7, 8]]), contract),
      Int32Array.of(0),
      { ...options, length: 4 },
      [1],
    );
    expect(Array.from(short.mask!, (value) => value < 0)).toEqual(Array.from(short.inputIds, (id) => id === 0));
  });

  test('of a longer cell has its first tokens, or random ones', () => {
    const last = (tokens: ViewOptions['tokens']) => {
      const { inputIds, lengths } = draw(100, { length: 40, tokens });
      return Array.from(lengths, (count, row) => inputIds[row * 40 + count - 1]);
    };
    // A view that keeps 30 % has 40 tokens after 133; random ones are from all 400.
    expect(Math.max(...last('top'))).toBeLessThan(250);
    expect(Math.max(...last('random'))).toBeGreaterThan(390);
  });

  test('keeps special tokens and at least one token', () => {
    const marked = readableCells(cellsOf([[2, 9, 3]]), contract);
    const { inputIds } = drawViews(marked, new Int32Array(50), { ...options, keepAtLeast: 1e-9, length: 3 }, [1]);
    for (let row = 0; row < 50; row++) {
      expect(inputIds[row * 3]).toBe(2);
      expect([...inputIds.subarray(row * 3, row * 3 + 3)]).toContain(3);
    }
    const one = readableCells(cellsOf([[9]]), contract);
    const { lengths } = drawViews(one, new Int32Array(50), { ...options, keepAtLeast: 1e-9 }, [1]);
    expect([...lengths]).toEqual(new Array(50).fill(1));
  });

  test('has the levels of its tokens', () => {
    const counts = Float32Array.from(ids, (id) => Math.expm1(id / 100));
    const leveled = readableCells({ ...cellsOf([ids]), counts }, { ...contract, readsLevels: true });
    const { inputIds, levels, lengths } = drawViews(leveled, Int32Array.of(0, 0), options, [1]);
    expect(lengths[0]).toBeGreaterThan(80);
    for (let at = 0; at < lengths[0]; at++) expect(levels![at]).toBeCloseTo(inputIds[at] / 100, 5);
  });

  test('depends on the names and its row', () => {
    const a = draw(2);
    expect([...draw(2).inputIds]).toEqual([...a.inputIds]);
    expect([...draw(2, {}, 2).inputIds]).not.toEqual([...a.inputIds]);
    expect([...a.inputIds.subarray(0, 400)]).not.toEqual([...a.inputIds.subarray(400)]);
  });
});
