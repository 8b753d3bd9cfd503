import { namedRandom } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { cellsOfPairs, groupCells, pairBatches } from './pairs.js';

// Twelve profiles of three cells in source 0, two profiles of one cell in source 1, one profile in source 2.
const profiles = Int32Array.from([...Array.from({ length: 36 }, (_, cell) => cell % 12), 20, 21, 30, 30]);
const sources = Int32Array.from([...new Array<number>(36).fill(0), 1, 1, 2, 2]);
const groups = groupCells(40, profiles, sources);
const batches = (seed: number) => pairBatches(groups, 5, 16, namedRandom(seed));

describe('batches of pairs', () => {
  test('are of one source, with as many pairs as requested or as the source has', () => {
    for (const { cells, rows } of batches(1)) {
      const found = new Set(Array.from(cells, (group) => sources[groups.members[group][0]]));
      expect(found.size).toBe(1);
      expect(cells.length).toBe(found.has(0) ? 5 : 2);
      expect(rows).toBe(2 * cells.length);
    }
    // Twelve profiles give two batches of five, and source 2 none, because a single profile has no other.
    expect(batches(1)).toHaveLength(3);
  });

  test('contain every group at most once per epoch, and others in another epoch', () => {
    const groupsOf = (seed: number) => batches(seed).flatMap(({ cells }) => [...cells]);
    expect(new Set(groupsOf(1)).size).toBe(12);
    const many = new Set(Array.from({ length: 20 }, (_, seed) => groupsOf(seed)).flat());
    expect(many.size).toBe(14);
  });
});

describe('the cells of a pair', () => {
  test('are two different cells of the profile, and all of them with the same probability', () => {
    const seen = new Map<string, number>();
    for (let epoch = 0; epoch < 600; epoch++) {
      const [first, second] = cellsOfPairs(groups, { rows: 2, length: 16, cells: Int32Array.of(4) }, [7, epoch]);
      seen.set(`${first} ${second}`, (seen.get(`${first} ${second}`) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual(['16 28', '16 4', '28 16', '28 4', '4 16', '4 28']);
    // Each of the six pairs is expected 100 times, with a standard deviation of 9.
    for (const count of seen.values()) expect(Math.abs(count - 100)).toBeLessThan(45);
  });

  test('are the same cell twice in a group of one cell', () => {
    const alone = groupCells(3);
    const batch = { rows: 6, length: 16, cells: Int32Array.of(2, 0, 1) };
    expect([...cellsOfPairs(alone, batch, [1])]).toEqual([2, 0, 1, 2, 0, 1]);
  });

  test('do not depend on the other groups of the batch', () => {
    const of = (...cells: number[]) =>
      cellsOfPairs(groups, { rows: 2 * cells.length, length: 16, cells: Int32Array.from(cells) }, [3]);
    const together = of(1, 2, 3);
    const alone = of(2);
    expect([together[1], together[4]]).toEqual([...alone]);
  });
});

test('profiles and sources must have one code per cell', () => {
  expect(() => groupCells(4, Int32Array.of(0, 1))).toThrow('there are 2 profiles for 4 cells; give one per cell');
  expect(() => groupCells(4, undefined, Int32Array.of(0))).toThrow('there are 1 sources for 4 cells');
});
