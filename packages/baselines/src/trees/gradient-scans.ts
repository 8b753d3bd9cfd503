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

/**
 * Finds the splits of columns that list their rows, walking each list from the outermost bins towards the bin that is not listed,
 * as XGBoost's exact method walks sorted values. It costs one visit a listed row however many nodes and bins there are.
 */
export class ListWalk {
  /** Packed sum of each node's rows passed so far. */
  private readonly passed: Float64Array;
  /** Bin of the row that each node passed last, -1 before the first. */
  private readonly last: Int32Array;

  constructor(
    private readonly nodes: OpenNodes,
    private readonly search: Pick<SplitSearch, 'binned' | 'listed' | 'slotOf' | 'packed'>,
    private readonly terms: GainTerms,
  ) {
    this.passed = new Float64Array(nodes.count + 1);
    this.last = new Int32Array(nodes.count + 1);
  }

  /** Offers all nodes every split of the column. */
  scan(feature: number): void {
    const { offsets, below } = this.search.listed;
    const middle = offsets[feature] + below[feature];
    this.walk(offsets[feature], middle, feature);
    this.walk(middle, offsets[feature + 1], feature);
  }

  private walk(from: number, to: number, feature: number): void {
    if (from === to) return;
    const { passed, last } = this;
    const { slotOf, packed } = this.search;
    const { rows, bins } = this.search.listed;
    const inner = this.search.binned.frequent[feature];
    const { gradient, hessian, best, count } = this.nodes;
    const { gradientStep, hessianStep, lambda, alpha, minChildWeight } = this.terms;
    passed.fill(0);
    last.fill(-1);
    for (let i = from; i < to; i++) {
      const row = rows[i];
      const slot = slotOf[row];
      const at = bins[i];
      const before = last[slot];
      const sum = passed[slot];
      if (before !== at) {
        last[slot] = at;
        const g = gradient[slot];
        const h = hessian[slot];
        const score = splitScore(sum, g, h, gradientStep, hessianStep, lambda, alpha, minChildWeight);
        if (score > best[slot] && before >= 0) this.accept(slot, score, feature, before, at);
      }
      passed[slot] = sum + packed[row];
    }
    // The remaining rows of a node are not listed, or lie beyond.
    for (let slot = 0; slot < count; slot++) {
      if (last[slot] < 0) continue;
      const g = gradient[slot];
      const h = hessian[slot];
      const score = splitScore(passed[slot], g, h, gradientStep, hessianStep, lambda, alpha, minChildWeight);
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
