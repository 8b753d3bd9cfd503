import { splitScore, TIE, type GainTerms, type OpenNodes } from './gradient-gain.js';
import type { SplitSearch } from './split-search.js';

/** Adds the rows of one node, `rows[start] … rows[end - 1]`, to its histogram of a column. */
export function addNodeRows(
  { binned, rows, ordered }: Pick<SplitSearch, 'binned' | 'rows' | 'ordered'>,
  feature: number,
  start: number,
  end: number,
  histogram: Float64Array,
): void {
  const { bins } = binned;
  const column = feature * binned.rows;
  for (let i = start; i < end; i++) histogram[bins[column + rows[i]]] += ordered[i];
}

/**
 * Offers node `slot` every split of a column whose histogram is filled: `bins` bins and one more for the missing values. When there
 * are any, each split is offered twice, with them on the right and on the left, and so is the split between them and all others.
 */
export function scanHistogram(
  histogram: Float64Array,
  bins: number,
  feature: number,
  nodes: OpenNodes,
  slot: number,
  terms: GainTerms,
): void {
  const missing = histogram[bins];
  scanBins(histogram, missing === 0 ? bins - 1 : bins, bins, feature, nodes, slot, terms, 0);
  if (missing !== 0) scanBins(histogram, bins - 1, bins, feature, nodes, slot, terms, missing);
}

/** @param leftOut packed sum of the missing values when they go left, else 0 */
function scanBins(
  histogram: Float64Array,
  end: number,
  bins: number,
  feature: number,
  nodes: OpenNodes,
  slot: number,
  terms: GainTerms,
  leftOut: number,
): void {
  const { gradientStep, hessianStep, lambda, alpha, minChildWeight } = terms;
  const gradient = nodes.gradient[slot];
  const hessian = nodes.hessian[slot];
  let best = nodes.best[slot];
  let left = leftOut;
  let found = -1;
  for (let bin = 0; bin < end; bin++) {
    left += histogram[bin];
    // After an empty bin the score is the one before, which is never better: asking whether it is empty would cost more.
    const score = splitScore(left, gradient, hessian, gradientStep, hessianStep, lambda, alpha, minChildWeight);
    if (score > best) {
      best = score * TIE;
      found = bin;
    }
  }
  if (found < 0) return;
  let next = found + 1;
  while (next < bins - 1 && histogram[next] === 0) next++;
  nodes.best[slot] = best;
  nodes.feature[slot] = feature;
  nodes.bin[slot] = found;
  nodes.next[slot] = next;
  nodes.missingLeft[slot] = leftOut === 0 ? 0 : 1;
}
