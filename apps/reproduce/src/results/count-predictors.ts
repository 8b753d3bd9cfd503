/**
 * Predictors of a masked gene that do not read the cell: the frequency of each gene, and its frequency near that rank.
 * A model that has learned which genes are co-expressed must outperform both.
 */
import type { Cells } from '@geneformer-ts/model';

/** Mean cross-entropy over every position of the held-out cells, in nats. */
export interface CountLosses {
  uniform: number;
  unigram: number;
  position: number;
}

/** The bounds of the rank bins that share counts; finer at the top, where ranks are most informative. */
const bounds = Array.from({ length: 40 }, (_, step) => Math.floor(1.25 ** step)).filter(
  (at, i, all) => at !== all[i - 1],
);

/**
 * Strengths of the shrinkage of a rank's counts towards those of all ranks. The best one on the held-out cells is used, which favors the predictor.
 */
const strengths = [30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000];

/**
 * Returns the losses of the predictors on held-out cells.
 * @param genes number of tokens; those below `firstGene` are special tokens and never masked
 * @param maxLength number of positions that are read per cell
 */
export function countLosses(
  train: Cells,
  heldOut: Cells,
  { genes, firstGene, maxLength }: { genes: number; firstGene: number; maxLength: number },
): CountLosses {
  const bucketOf = Int32Array.from({ length: maxLength }, (_, at) => bounds.filter((bound) => bound <= at).length);
  const buckets = bounds.length + 1;
  const byBucket = new Float64Array(buckets * genes);
  const bucketTotals = new Float64Array(buckets);
  // A pseudocount of one: a gene that was never seen must not have an infinite loss.
  const overall = new Float64Array(genes).fill(1, firstGene);
  let total = genes - firstGene;
  visit(train, maxLength, (gene, position) => {
    const bucket = bucketOf[position];
    byBucket[bucket * genes + gene]++;
    bucketTotals[bucket]++;
    overall[gene]++;
    total++;
  });

  let unigram = 0;
  let occurrences = 0;
  const position = new Float64Array(strengths.length);
  visit(heldOut, maxLength, (gene, at) => {
    const bucket = bucketOf[at];
    const share = overall[gene] / total;
    unigram -= Math.log(share);
    strengths.forEach((strength, i) => {
      const count = byBucket[bucket * genes + gene] + strength * share;
      position[i] -= Math.log(count / (bucketTotals[bucket] + strength));
    });
    occurrences++;
  });
  return {
    uniform: Math.log(genes - firstGene),
    unigram: unigram / occurrences,
    position: Math.min(...position) / occurrences,
  };
}

function visit({ inputIds, offsets }: Cells, maxLength: number, see: (gene: number, position: number) => void): void {
  for (let cell = 0; cell + 1 < offsets.length; cell++) {
    const [from, to] = [offsets[cell], offsets[cell + 1]];
    for (let at = from; at < Math.min(to, from + maxLength); at++) see(inputIds[at], at - from);
  }
}
