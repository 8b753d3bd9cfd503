import { labelBudget } from './labeled-cells.js';
import { createHash } from 'node:crypto';
import type { Split } from './study-cells.js';

/**
 * Splits training cells into those that are trained on and those that decide when to stop: whole groups (donors, plates) where the folds
 * keep groups together, else cells of every class.
 *
 * @param train positions in the split; no other cell is read
 * @param share fraction of the groups or cells to hold out
 */
export function holdOutCells(
  split: Pick<Split, 'labels' | 'groups' | 'cellIds'>,
  train: Int32Array,
  share: number,
  seed: number,
): { train: Int32Array; heldOut: Int32Array } {
  const groups = [...new Set(Array.from(train, (cell) => split.groups[cell]))];
  const held = groups.length > 1 ? ofGroups(split, train, groups, share, seed) : null;
  const heldOut = held ?? labelBudget(split, train, 100 * share, seed);
  const isHeld = new Set(heldOut);
  const rest = train.filter((cell) => !isHeld.has(cell));
  const classes = (cells: Int32Array) => new Set(Array.from(cells, (cell) => split.labels[cell])).size;
  // A class with one cell is trained on.
  return classes(rest) === classes(train) ? { train: rest, heldOut } : { train, heldOut };
}

/** Returns the cells of some groups, or null where these groups leave a class without training cells. */
function ofGroups(
  { groups: groupOf, labels }: Pick<Split, 'labels' | 'groups'>,
  train: Int32Array,
  groups: readonly string[],
  share: number,
  seed: number,
): Int32Array | null {
  const rank = (group: string) => createHash('sha256').update(`${seed}/${group}`).digest('hex');
  const ranked = groups.map((group) => [rank(group), group] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  const held = new Set(ranked.slice(0, Math.max(1, Math.round(share * groups.length))).map(([, group]) => group));
  const heldOut = train.filter((cell) => held.has(groupOf[cell]));
  const left = new Set(
    Array.from(
      train.filter((cell) => !held.has(groupOf[cell])),
      (cell) => labels[cell],
    ),
  );
  return Array.from(train).every((cell) => left.has(labels[cell])) ? heldOut : null;
}
