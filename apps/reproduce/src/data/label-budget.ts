import { createHash } from 'node:crypto';
import type { Split } from './study-cells.js';

/**
 * Returns a stratified subset of the training cells, as if only these had been labeled: at least one cell per class. A smaller subset is
 * contained in a larger one, and the order of the cells does not matter.
 *
 * @param train positions in the split
 * @param percent the percentage of the training cells to keep, up to 100
 */
export function labelBudget(
  split: Pick<Split, 'labels' | 'cellIds'>,
  train: Int32Array,
  percent: number,
  seed: number,
): Int32Array {
  if (percent >= 100) return train;
  const byClass = new Map<number, { position: number; rank: string }[]>();
  for (const position of train) {
    const label = split.labels[position];
    const rank = createHash('sha256').update(`${seed}/${split.cellIds[position]}`).digest('hex');
    const members = byClass.get(label) ?? [];
    members.push({ position, rank });
    byClass.set(label, members);
  }
  const chosen = [...byClass.values()].flatMap((members) => {
    const count = Math.max(1, Math.round((members.length * percent) / 100));
    return members
      .sort((a, b) => (a.rank < b.rank ? -1 : 1))
      .slice(0, count)
      .map(({ position }) => position);
  });
  return Int32Array.from(chosen).sort();
}
