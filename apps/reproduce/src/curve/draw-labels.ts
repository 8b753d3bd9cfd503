import { namedRandom, shuffle } from '@geneformer-ts/core';

/** Separates these random numbers from those of other draws. */
const PURPOSE = 31;

/**
 * Draws labeled cells at random, classes in proportion to their sizes and at least one cell of each.
 *
 * @param labels class of every cell
 * @param train positions of the cells to draw from
 * @param count number of labels in total; at least the number of classes, else one per class
 * @returns positions, by class; all of `train` where it has no more than `count`
 */
export function drawLabels(
  labels: readonly number[],
  train: Int32Array,
  count: number,
  [seed, draw, fold]: readonly [number, number, number],
): Int32Array {
  if (count >= train.length) return train;
  const shuffled = shuffle(train.slice(), namedRandom(seed, PURPOSE, draw, fold));
  const byClass = new Map<number, number[]>();
  for (const position of shuffled) {
    const members = byClass.get(labels[position]) ?? [];
    members.push(position);
    byClass.set(labels[position], members);
  }
  const classes = [...byClass].sort(([a], [b]) => a - b).map(([, members]) => members);
  const share = count / train.length;
  return Int32Array.from(
    classes.flatMap((members) => members.slice(0, Math.max(1, Math.round(members.length * share)))),
  );
}
