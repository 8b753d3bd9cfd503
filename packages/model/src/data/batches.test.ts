import { namedRandom } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { batchCount, planShapes, splitBatch, trainingBatches } from './batches.js';
import { bucketLengths } from './buckets.js';

const lengths = Int32Array.from({ length: 500 }, (_, i) => 20 + ((i * 37) % 230));

const sortedCells = (batches: { cells: Int32Array }[]) =>
  batches.flatMap((batch) => [...batch.cells]).sort((a, b) => a - b);

describe('padded lengths', () => {
  test('are one bucket for cells of one length', () => {
    expect(bucketLengths(new Int32Array(9).fill(256))).toEqual([256]);
  });

  test('are two buckets for two groups of lengths', () => {
    expect(bucketLengths(Int32Array.of(30, 31, 32, 250, 256))).toEqual([32, 256]);
  });

  test('have the least padding of all choices with the same number of buckets', () => {
    const padded = (buckets: number[]) =>
      lengths.reduce((sum, length) => sum + (buckets.find((bucket) => length <= bucket) ?? Infinity), 0);
    const chosen = bucketLengths(lengths, { maxBuckets: 3 });
    expect(chosen).toHaveLength(3);
    for (let a = 16; a < 256; a += 16) {
      for (let b = a + 16; b < 256; b += 16) expect(padded(chosen)).toBeLessThanOrEqual(padded([a, b, 256]));
    }
  });

  test('are fewer if another one costs more than it saves', () => {
    const twoLengths = Int32Array.of(...new Array<number>(10).fill(32), ...new Array<number>(10).fill(256));
    // A second length would save 10 × 224 tokens.
    expect(bucketLengths(twoLengths, { perBucket: 2239 })).toEqual([32, 256]);
    expect(bucketLengths(twoLengths, { perBucket: 2241 })).toEqual([256]);
  });

  test('do not exceed the positions of the model', () => {
    expect(bucketLengths(Int32Array.of(60, 100), { maxBuckets: 1, maxLength: 100 })).toEqual([100]);
  });
});

describe('training batches', () => {
  const plan = planShapes(lengths, { tokens: 2048 });
  const batches = trainingBatches(lengths, plan, namedRandom(1));

  test('contain every cell once', () => {
    expect(sortedCells(batches)).toEqual(Array.from(lengths, (_, cell) => cell));
  });

  test('are at least as long as their cells, and within the budget of tokens', () => {
    for (const batch of batches) {
      expect(batch.rows * batch.length).toBeLessThanOrEqual(2048);
      expect(batch.cells.length).toBeLessThanOrEqual(batch.rows);
      for (const cell of batch.cells) expect(lengths[cell]).toBeLessThanOrEqual(batch.length);
    }
  });

  test('have one shape per bucket in every epoch, and at most one of them is not full', () => {
    for (let epoch = 0; epoch < 5; epoch++) {
      const epochBatches = trainingBatches(lengths, plan, namedRandom(1, epoch));
      expect(new Set(epochBatches.map(({ rows, length }) => `${rows}×${length}`)).size).toBe(plan.buckets.length);
      expect(epochBatches.filter((batch) => batch.cells.length < batch.rows).length).toBeLessThanOrEqual(1);
      expect(epochBatches).toHaveLength(batchCount(lengths, plan));
    }
  });

  test('depend only on the random stream', () => {
    expect(trainingBatches(lengths, plan, namedRandom(1))).toEqual(batches);
    expect(trainingBatches(lengths, plan, namedRandom(2))).not.toEqual(batches);
  });

  test('have the same number of rows at every length if it is fixed', () => {
    const fixed = planShapes(lengths, { rows: 12 });
    expect(fixed.rows).toEqual(fixed.buckets.map(() => 12));
  });
});

const batch = (rows: number, length: number, cells = rows) => ({
  rows,
  length,
  cells: Int32Array.from({ length: cells }, (_, cell) => 100 + cell),
});

const rowsOf = (pieces: readonly { rows: number }[]) => pieces.map(({ rows }) => rows);

describe('splitBatch', () => {
  test('keeps a small batch', () => {
    expect(splitBatch(batch(16, 256))).toEqual([batch(16, 256)]);
  });

  test('returns pieces of one shape within the budget of tokens', () => {
    expect(rowsOf(splitBatch(batch(12, 800)))).toEqual([4, 4, 4]);
    expect(rowsOf(splitBatch(batch(12, 1600)))).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test('returns one piece per cell if a cell is longer than the budget', () => {
    expect(rowsOf(splitBatch(batch(2, 300), 256))).toEqual([1, 1]);
  });

  test('returns every cell once, in order', () => {
    const whole = batch(13, 100, 12);
    const pieces = splitBatch(whole, 500);
    expect(pieces.flatMap(({ cells }) => [...cells])).toEqual([...whole.cells]);
    for (const { rows, cells } of pieces) expect(cells.length).toBeLessThanOrEqual(rows);
  });

  test('returns no piece without cells', () => {
    expect(splitBatch(batch(12, 1600, 3)).map(({ cells }) => cells.length)).toEqual([2, 1]);
  });
});
