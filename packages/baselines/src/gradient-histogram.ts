import { splitScore, type GainTerms, type OpenNodes } from './gradient-gain.js';

/** Adds the rows of one node, `rows[start] … rows[end - 1]`, to its histogram of a column. */
export function addNodeRows(
  bins: Uint8Array,
  column: number,
  rows: Int32Array,
  start: number,
  end: number,
  ordered: Float64Array,
  histogram: Float64Array,
): void {
  for (let i = start; i < end; i++) histogram[bins[column + rows[i]!]!]! += ordered[i]!;
}

/** Offers node `slot` every split of a column whose histogram is filled. */
export function scanHistogram(
  histogram: Float64Array,
  bins: number,
  feature: number,
  nodes: OpenNodes,
  slot: number,
  terms: GainTerms,
): void {
  const { gradientStep, hessianStep, lambda, alpha, minChildWeight } = terms;
  const gradient = nodes.gradient[slot]!;
  const hessian = nodes.hessian[slot]!;
  let best = nodes.best[slot]!;
  let left = 0;
  let found = -1;
  for (let bin = 0; bin < bins - 1; bin++) {
    left += histogram[bin]!;
    // After an empty bin the score is the one before, which is never better: asking whether it is empty would cost more.
    const score = splitScore(left, gradient, hessian, gradientStep, hessianStep, lambda, alpha, minChildWeight);
    if (score > best) {
      best = score;
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
}
