import { describe, expect, test } from '@jest/globals';
import { presetConfig } from '../bert/presets.js';
import { readingBatches } from './read-batches.js';

const lengths = Int32Array.from({ length: 500 }, (_, i) => 20 + ((i * 37) % 230));
const large = presetConfig('geneformer-v1-10m');
const small = { ...presetConfig('embedded', 1000), max_position_embeddings: 2048 };

describe('batches without training', () => {
  const batches = readingBatches(lengths, large, 4096);

  test('contain every cell once, are at least as long as their cells, and are within the budget', () => {
    expect(batches.flatMap(({ cells }) => [...cells]).sort((a, b) => a - b)).toEqual([...lengths.keys()]);
    for (const { rows, length, cells } of batches) {
      expect(rows * length).toBeLessThanOrEqual(4096);
      expect(cells.length).toBeLessThanOrEqual(rows);
      for (const cell of cells) expect(lengths[cell]).toBeLessThanOrEqual(length);
    }
  });

  test('have no empty rows', () => {
    for (const { rows, cells } of batches) expect(cells.length).toBe(rows);
  });

  test('of a large model have no padding', () => {
    for (const { length, cells } of readingBatches(
      lengths.map((n) => n + 400),
      large,
      4096,
    )) {
      for (const cell of cells) expect(lengths[cell] + 400).toBe(length);
    }
  });

  test('of a small model join cells of similar length', () => {
    const joined = readingBatches(lengths, small, 4096);
    expect(joined.length).toBeLessThan(batches.length);
    const tokens = (list: typeof batches) => list.reduce((sum, { rows, length }) => sum + rows * length, 0);
    expect(tokens(joined)).toBeGreaterThan(tokens(batches));
    expect(tokens(joined)).toBeLessThan(1.2 * lengths.reduce((sum, length) => sum + length, 0));
  });

  test('of few cells are not padded to the budget', () => {
    const few = new Int32Array(67).fill(64);
    expect(readingBatches(few, large, 64 * 64).map(({ rows, cells }) => [rows, cells.length])).toEqual([
      [34, 34],
      [33, 33],
    ]);
  });

  test('have one row if a cell is longer than the budget', () => {
    const batches = readingBatches(Int32Array.of(2048, 2000), large, 1000);
    expect(batches.map(({ rows }) => rows)).toEqual([1, 1]);
  });
});
