import { splitScore, TIE, type GainTerms, type OpenNodes } from './gradient-gain.js';
import type { SplitSearch } from './split-search.js';

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
    // What is left of a node is not listed, or lies beyond.
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
