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
 * Updates the best split of node `slot` with all splits of a column. The histogram has `bins` bins and one more for missing values. When
 * there are any, each split is tried with them on either side, and so is the split between missing and other values.
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

/** @param missingSum packed sum of the missing values when they go left, otherwise 0 */
function scanBins(
  histogram: Float64Array,
  end: number,
  bins: number,
  feature: number,
  nodes: OpenNodes,
  slot: number,
  terms: GainTerms,
  missingSum: number,
): void {
  const { gradientStep, hessianStep, lambda, alpha, minChildWeight } = terms;
  const gradient = nodes.gradient[slot];
  const hessian = nodes.hessian[slot];
  let best = nodes.best[slot];
  let left = missingSum;
  let found = -1;
  for (let bin = 0; bin < end; bin++) {
    left += histogram[bin];
    // An empty bin repeats the previous score, which is never better, so a check for empty bins would only cost time.
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
  nodes.missingLeft[slot] = missingSum === 0 ? 0 : 1;
}

/**
 * Finds the splits of listed columns. It visits the listed rows from the outermost bins inwards, as XGBoost's exact method visits sorted
 * values: one visit per listed row for any number of nodes and bins.
 */
export class ListWalk {
  /** Packed sum of the visited rows of each node. */
  private readonly visited: Float64Array;
  /** Bin of the last visited row of each node, -1 before the first. */
  private readonly last: Int32Array;

  constructor(
    private readonly nodes: OpenNodes,
    private readonly search: Pick<SplitSearch, 'binned' | 'listed' | 'slotOf' | 'packed'>,
    private readonly terms: GainTerms,
  ) {
    this.visited = new Float64Array(nodes.count + 1);
    this.last = new Int32Array(nodes.count + 1);
  }

  /** Updates the best splits of all nodes with the splits of a column. */
  scan(feature: number): void {
    const { offsets, below } = this.search.listed;
    const middle = offsets[feature] + below[feature];
    this.walk(offsets[feature], middle, feature);
    this.walk(middle, offsets[feature + 1], feature);
  }

  private walk(from: number, to: number, feature: number): void {
    if (from === to) return;
    const { visited, last } = this;
    const { slotOf, packed } = this.search;
    const { rows, bins } = this.search.listed;
    const inner = this.search.binned.frequent[feature];
    const { gradient, hessian, best, count } = this.nodes;
    const { gradientStep, hessianStep, lambda, alpha, minChildWeight } = this.terms;
    visited.fill(0);
    last.fill(-1);
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const slot = slotOf[row];
      const at = bins[i];
      const before = last[slot];
      const sum = visited[slot];
      if (before !== at) {
        last[slot] = at;
        const g = gradient[slot];
        const h = hessian[slot];
        const score = splitScore(sum, g, h, gradientStep, hessianStep, lambda, alpha, minChildWeight);
        if (score > best[slot] && before >= 0) this.accept(slot, score, feature, before, at);
      }
      visited[slot] = sum + packed[row];
    }
    // The last split is against the rows that are not in this part of the list.
    for (let slot = 0; slot < count; slot++) {
      if (last[slot] < 0) continue;
      const g = gradient[slot];
      const h = hessian[slot];
      const score = splitScore(visited[slot], g, h, gradientStep, hessianStep, lambda, alpha, minChildWeight);
      if (score > best[slot]) this.accept(slot, score, feature, last[slot], inner);
    }
  }

  private accept(slot: number, score: number, feature: number, one: number, other: number): void {
    this.nodes.best[slot] = score * TIE;
    this.nodes.feature[slot] = feature;
    this.nodes.bin[slot] = Math.min(one, other);
    this.nodes.next[slot] = Math.max(one, other);
    this.nodes.missingLeft[slot] = 0;
  }
}
