import { describe, expect, test } from '@jest/globals';
import { cellsOf } from '../testing/cells.js';
import { maskBatch, maskingOptions, maskSlots } from './masking.js';
import { collate } from './padded-batch.js';
import { readableCells } from './readable-cells.js';

/** 40 cells with `<cls>` (2), 100 genes (4 …) and `<eos>` (3), in a batch padded to 128. */
const vocabularySize = 1004;
const contract = { vocabularySize, vocabularyDigest: undefined, maxPositions: 2048 };
const cells = readableCells(
  cellsOf(
    Array.from({ length: 40 }, (_, i) => [2, ...Array.from({ length: 100 }, (_, k) => 4 + ((i * 100 + k) % 1000)), 3]),
  ),
  contract,
);
const rows = Int32Array.from({ length: 40 }, (_, row) => row);
const padded = collate(cells, { rows: 41, length: 128, cells: rows }, 0);
const options = maskingOptions(vocabularySize, 1, [0, 1, 2, 3], 0.15);
const masked = maskBatch(padded, rows, options, [7, 0]);

const used = [...masked.labels.keys()].filter((slot) => masked.labels[slot] >= 0);

describe('masking', () => {
  test('selects 15 % of the genes of every cell', () => {
    expect(masked.count).toBe(40 * 15);
    expect(used).toHaveLength(masked.count);
  });

  test('labels the selected positions with the true ids, and changes no others', () => {
    const chosen = new Set(used.map((slot) => masked.positions[slot]));
    expect(chosen.size).toBe(used.length);
    for (const slot of used) expect(masked.labels[slot]).toBe(padded.inputIds[masked.positions[slot]]);
    padded.inputIds.forEach((id, at) => {
      if (!chosen.has(at)) expect(masked.inputIds[at]).toBe(id);
    });
  });

  test('never selects special tokens or padding', () => {
    for (const slot of used) expect(masked.labels[slot]).toBeGreaterThanOrEqual(4);
  });

  test('replaces 80 % by <mask> and 10 % by another gene, and keeps 10 %', () => {
    const fates = { mask: 0, kept: 0, drawn: 0, special: 0 };
    for (let epoch = 0; epoch < 20; epoch++) {
      const batch = maskBatch(padded, rows, options, [7, epoch]);
      batch.labels.forEach((label, slot) => {
        if (label < 0) return;
        const id = batch.inputIds[batch.positions[slot]];
        if (id === 1) fates.mask++;
        else if (id === label) fates.kept++;
        else fates.drawn++;
        if (id === 0 || id === 2 || id === 3) fates.special++;
      });
    }
    expect(fates.special).toBe(0);
    const total = fates.mask + fates.kept + fates.drawn;
    // 12,000 draws: four standard errors are below 0.015.
    expect(Math.abs(fates.mask / total - 0.8)).toBeLessThan(0.015);
    expect(Math.abs(fates.kept / total - 0.1)).toBeLessThan(0.015);
    expect(Math.abs(fates.drawn / total - 0.1)).toBeLessThan(0.015);
  });

  test('depends only on the seed, and differs between epochs', () => {
    expect(maskBatch(padded, rows, options, [7, 0])).toEqual(masked);
    expect(maskBatch(padded, rows, options, [7, 1]).positions).not.toEqual(masked.positions);
    expect(maskBatch(padded, rows, options, [8, 0]).positions).not.toEqual(masked.positions);
  });

  test('of a cell does not depend on its batch', () => {
    const alone = collate(cells, { rows: 1, length: 112, cells: Int32Array.of(5) }, 0);
    const { labels } = maskBatch(alone, Int32Array.of(5), options, [7, 0]);
    const slots = maskSlots(128, 0.15);
    const inBatch = masked.labels.subarray(5 * slots, 6 * slots);
    expect([...labels].filter((label) => label >= 0)).toEqual([...inBatch].filter((label) => label >= 0));
  });

  test('gives every row the same number of slots; unused slots are within the row', () => {
    const slots = maskSlots(128, 0.15);
    expect(masked.positions).toHaveLength(41 * slots);
    masked.positions.forEach((at, slot) => expect(Math.floor(at / 128)).toBe(Math.floor(slot / slots)));
  });

  test('selects 15 % on average if that is not a whole number', () => {
    const short = readableCells(
      cellsOf(Array.from({ length: 400 }, () => [4, 5, 6, 7, 8, 9, 10, 11, 12, 13])),
      contract,
    );
    const all = Int32Array.from({ length: 400 }, (_, row) => row);
    const batch = collate(short, { rows: 400, length: 16, cells: all }, 0);
    // 1.5 genes per cell: 600 expected, standard error 10.
    expect(Math.abs(maskBatch(batch, all, options, [1, 0]).count - 600)).toBeLessThan(40);
  });
});
