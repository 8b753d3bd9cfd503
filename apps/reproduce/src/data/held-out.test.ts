import { expect, test } from '@jest/globals';
import type { TokenizedDataset } from '@geneformer-ts/tokenizer';
import { holdOut } from './drawn-cells.js';

/** Ten profiles of three cells each, and twenty measured cells. */
const profiles = [
  ...Array.from({ length: 30 }, (_, row) => `profile ${Math.floor(row / 3)}`),
  ...Array<null>(20).fill(null),
];
const corpus = {
  cells: profiles.length,
  cellIds: profiles.map((_, row) => `cell ${row}`),
  attributes: new Map([['profile', { kind: 'string', values: profiles }]]),
} as unknown as TokenizedDataset;

test('cells of one profile are either all trained on or all held out', () => {
  const { train, heldOut } = holdOut(corpus, 0.2);
  expect(train.length + heldOut.length).toBe(corpus.cells);
  const held = new Set(Array.from(heldOut, (row) => profiles[row]).filter(Boolean));
  expect(held.size).toBe(2);
  expect([...train].some((row) => held.has(profiles[row]))).toBe(false);
});

test('every k-th measured cell is held out', () => {
  expect([...holdOut(corpus, 0.2).heldOut].filter((row) => row >= 30)).toEqual([30, 35, 40, 45]);
});

test('nothing is held out when the share is 0', () => {
  expect(holdOut(corpus, 0).heldOut).toHaveLength(0);
});
