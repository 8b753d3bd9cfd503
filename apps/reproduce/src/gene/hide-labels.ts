import { chooseSome } from './choose.js';
import type { GeneSplit } from './study-genes.js';

/**
 * Returns the training genes of a fold that keep their labels when only a share of them is used: the same share of each class, at least
 * one gene per class. A larger share contains every smaller one.
 *
 * @param train positions of the training genes
 */
export function shownGenes(
  split: Pick<GeneSplit, 'classes' | 'ids' | 'labels'>,
  train: readonly number[],
  share: number,
  seed: string,
): number[] {
  const shown = split.classes.flatMap((_, label) => {
    const own = train.filter((gene) => split.labels[gene] === label);
    const names = own.map((gene) => split.ids[gene]);
    return chooseSome(names, Math.max(1, Math.round(share * own.length)), seed).map((at) => own[at]);
  });
  return shown.sort((a, b) => a - b);
}
