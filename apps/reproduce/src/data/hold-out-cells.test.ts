import { expect, test } from '@jest/globals';
import { holdOutCells } from './hold-out-cells.js';

const cells = 60;
const split = {
  cellIds: Array.from({ length: cells }, (_, cell) => `cell ${cell}`),
  labels: Array.from({ length: cells }, (_, cell) => cell % 3),
  groups: Array.from({ length: cells }, (_, cell) => `donor ${Math.floor(cell / 6)}`),
};
const train = Int32Array.from({ length: 48 }, (_, cell) => cell);
const groupsOf = (positions: Int32Array) => new Set(Array.from(positions, (cell) => split.groups[cell]));

test('holds out whole groups of the training cells', () => {
  const parts = holdOutCells(split, train, 0.25, 0);
  expect(parts.heldOut).toHaveLength(12);
  expect(parts.train.length + parts.heldOut.length).toBe(train.length);
  expect([...groupsOf(parts.train)].some((group) => groupsOf(parts.heldOut).has(group))).toBe(false);
  expect(holdOutCells(split, train, 0.25, 1).heldOut).not.toEqual(parts.heldOut);
});

test('holds out cells of every class where no groups are kept together', () => {
  const single = { ...split, groups: split.groups.map(() => '') };
  const { heldOut } = holdOutCells(single, train, 0.25, 0);
  expect([0, 1, 2].map((own) => heldOut.filter((cell) => split.labels[cell] === own).length)).toEqual([4, 4, 4]);
});

test('keeps a class that all held-out groups would take away', () => {
  const rare = { ...split, labels: split.labels.map((_, cell) => (split.groups[cell] === 'donor 0' ? 1 : 0)) };
  for (const seed of [0, 1, 2, 3, 4, 5]) {
    const { train: kept } = holdOutCells(rare, train, 0.25, seed);
    expect(kept.some((cell) => rare.labels[cell] === 1)).toBe(true);
  }
});
