import type { OpenTask } from '@geneformer-ts/core/node';
import {
  hessianOf,
  scoreOf,
  shrink,
  TIE,
  type GainTerms,
  type GradientPenalty,
  packGradients,
} from './gradient-gain.js';
import type { GrowingNode, Splitter } from './grow-tree.js';
import { BLOCKS, storeTerms, type SplitSearch } from './split-search.js';

/** Finds splits of a boosted tree by XGBoost's objective, for all nodes of a depth together, with columns distributed over threads. */
export class GradientSplitter implements Splitter {
  readonly outputs = 1;
  readonly batch = 'depth';
  private readonly terms: GainTerms;

  /**
   * @param derivatives first and second derivative of the loss, two numbers per row
   * @param features columns this tree may use, ascending
   */
  constructor(
    private readonly search: SplitSearch,
    private readonly task: OpenTask<void>,
    private readonly derivatives: Float64Array,
    features: Int32Array,
    penalty: GradientPenalty,
    private readonly learningRate: number,
  ) {
    const { gradientStep, hessianStep } = packGradients(derivatives, search.packed);
    this.terms = { ...penalty, gradientStep, hessianStep };
    storeTerms(search, this.terms);
    search.features.set(features);
    search.sizes[1] = features.length;
  }

  findSplits(frontier: readonly GrowingNode[], rows: Int32Array): void {
    const { search, terms } = this;
    const growing: GrowingNode[] = [];
    let active = 0;
    search.rows.set(rows);
    for (const node of frontier) {
      const sum = this.gather(node, rows);
      if (node.end - node.start < 2 || hessianOf(sum, terms) < 2 * terms.minChildWeight) continue;
      search.starts[growing.length] = node.start;
      search.ends[growing.length] = node.end;
      search.sums[growing.length] = sum;
      growing.push(node);
      active += node.end - node.start;
    }
    if (growing.length === 0) return;
    search.sizes[0] = growing.length;
    search.sizes[2] = active;
    search.slotOf.fill(growing.length);
    growing.forEach((node, slot) => {
      for (let i = node.start; i < node.end; i++) search.slotOf[rows[i]] = slot;
    });
    this.task.run(BLOCKS);
    growing.forEach((node, slot) => this.takeBest(node, slot));
  }

  describe(node: GrowingNode, rows: Int32Array, value: Float32Array): number {
    let gradient = 0;
    let hessian = 0;
    for (let i = node.start; i < node.end; i++) {
      gradient += this.derivatives[2 * rows[i]];
      hessian += this.derivatives[2 * rows[i] + 1];
    }
    value[0] = (-this.learningRate * shrink(gradient, this.terms.alpha)) / (hessian + this.terms.lambda);
    return hessian;
  }

  /** Sets the best split of all blocks; the first column wins a tie. */
  private takeBest(node: GrowingNode, slot: number): void {
    const { score, feature, bin, next, missingLeft, maxNodes, sums } = this.search;
    let best = 0;
    for (let at = slot; at < BLOCKS * maxNodes; at += maxNodes) {
      if (feature[at] < 0 || score[at] <= best * TIE) continue;
      best = score[at]!;
      node.feature = feature[at]!;
      node.bin = bin[at]!;
      node.next = next[at]!;
      node.missingLeft = missingLeft[at] === 1;
    }
    if (node.feature >= 0) node.gain = best / TIE - scoreOf(sums[slot], this.terms);
  }

  /** Copies the node's packed derivatives in the order of its rows and returns their sum. */
  private gather(node: GrowingNode, rows: Int32Array): number {
    const { ordered, packed } = this.search;
    let sum = 0;
    for (let i = node.start; i < node.end; i++) sum += ordered[i] = packed[rows[i]]!;
    return sum;
  }
}
