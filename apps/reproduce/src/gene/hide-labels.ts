import { chooseSome } from './choose.js';
import type { GeneSplit } from './study-genes.js';

/**
 * The training genes of a fold whose labels are shown when only a share of them is: the same share of each class, one gene at
 * least, and every gene that a smaller share shows.
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
