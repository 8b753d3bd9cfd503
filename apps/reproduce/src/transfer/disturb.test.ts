import { describe, expect, test } from '@jest/globals';
import { addAmbient, type CellCounts, cellRandom, cumulate, thin } from './disturb.js';

const cell: CellCounts = { columns: Int32Array.of(1, 4, 7), counts: Float32Array.of(6000, 2000, 1) };
const sum = ({ counts }: CellCounts) => counts.reduce((all, count) => all + count, 0);

describe('thin', () => {
  test('keeps the expected share of every gene', () => {
    const { columns, counts } = thin(cell, 4, cellRandom('depth', 0, 'a'));
    expect([...columns.slice(0, 2)]).toEqual([1, 4]);
    expect(Math.abs(counts[0] - 1500)).toBeLessThan(5 * Math.sqrt(6000 * 0.25 * 0.75));
    expect(Math.abs(counts[1] - 500)).toBeLessThan(5 * Math.sqrt(2000 * 0.25 * 0.75));
  });

  test('leaves no gene with a count of zero', () => {
    for (let i = 0; i < 50; i++) {
      expect([...thin(cell, 16, cellRandom('depth', 0, i)).counts].every((count) => count > 0)).toBe(true);
    }
  });

  test('depends on the seed and the cell only, not on earlier draws', () => {
    const of = (seed: number, id: string) => thin(cell, 2, cellRandom('depth', seed, id));
    const first = of(0, 'a');
    of(0, 'b');
    expect(of(0, 'a')).toEqual(first);
    expect(of(0, 'b')).not.toEqual(first);
    expect(of(1, 'a')).not.toEqual(first);
  });
});

describe('addAmbient', () => {
  const soup = cumulate([0, 0, 3, 0, 0, 0, 0, 0, 1]);

  test('keeps the exact number of molecules', () => {
    for (const share of [0.1, 0.3, 0.999]) expect(sum(addAmbient(cell, share, soup, cellRandom(share)))).toBe(8001);
  });

  test('replaces the share by genes of the profile only, in their proportions', () => {
    const { columns, counts } = addAmbient(cell, 0.3, soup, cellRandom('ambient'));
    const of = (column: number) => counts[columns.indexOf(column)] ?? 0;
    expect(of(2) + of(8)).toBe(2400);
    expect(Math.abs(of(2) - 1800)).toBeLessThan(5 * Math.sqrt(2400 * 0.75 * 0.25));
    expect([...columns]).toEqual([...columns].sort((a, b) => a - b));
    expect([...columns].every((column) => [1, 2, 4, 7, 8].includes(column))).toBe(true);
  });
});
