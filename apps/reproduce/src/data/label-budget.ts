import { createHash } from 'node:crypto';
import type { Split } from './study-cells.js';

/**
 * A part of the training cells, as if no more had been labelled: of each class its share, at least one cell. Smaller parts lie within
 * larger ones, and the order of the cells plays no role.
 *
 * @param train positions in the split
 * @param percent of the training cells, up to 100
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
