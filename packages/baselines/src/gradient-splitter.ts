import { MOST_BINS } from './bins.js';
import type { GradientColumn } from './gradient-columns.js';
import type { GrowingNode, Splitter } from './grow-tree.js';

/** The part of XGBoost's objective that trees are charged with. */
export interface GradientPenalty {
  /** L2 penalty of leaf values, XGBoost's lambda. */
  lambda: number;
  /** L1 penalty of leaf values, XGBoost's alpha. */
  alpha: number;
  /** Least sum of second derivatives on each side of a split. */
  minChildWeight: number;
}

/** XGBoost's least gain of a split, which keeps rounding from splitting nodes that nothing tells apart. */
const LEAST_GAIN = 1e-6;

/**
 * Splits of a boosted tree by XGBoost's second-order gain (Chen and Guestrin 2016, equation 7). All nodes of a depth are served by one
 * pass over each column, so a histogram is only ever as large as the frontier times one column's bins.
 */
export class GradientSplitter implements Splitter {
  readonly outputs = 1;
  private readonly slotOf: Int32Array;
  private histogram = new Float64Array(0);
  private sums = new Float64Array(0);

  /**
   * @param derivatives first and second derivative of the loss, two numbers a row
   * @param features columns this tree may use, ascending
   */
  constructor(
    private readonly columns: readonly GradientColumn[],
    private readonly derivatives: Float64Array,
    private readonly features: Int32Array,
    private readonly penalty: GradientPenalty,
    private readonly learningRate: number,
  ) {
    this.slotOf = new Int32Array(derivatives.length / 2);
  }

  findSplits(frontier: readonly GrowingNode[], rows: Int32Array): void {
    this.slotOf.fill(-1);
    this.sums = new Float64Array(2 * frontier.length);
    frontier.forEach((node, slot) => {
      for (let i = node.start; i < node.end; i++) {
        const row = rows[i]!;
        this.slotOf[row] = slot;
        this.sums[2 * slot]! += this.derivatives[2 * row]!;
        this.sums[2 * slot + 1]! += this.derivatives[2 * row + 1]!;
      }
      node.gain = LEAST_GAIN;
    });
    const needed = frontier.length * MOST_BINS * 2;
    if (this.histogram.length < needed) this.histogram = new Float64Array(needed);
    for (const feature of this.features) {
      const column = this.columns[feature]!;
      if (column.bins === 1) continue;
      this.fillHistogram(column, frontier.length);
      for (let slot = 0; slot < frontier.length; slot++) this.scan(frontier[slot]!, slot, feature, column.bins);
    }
  }

  describe(node: GrowingNode, rows: Int32Array, value: Float32Array): number {
    let gradient = 0;
    let hessian = 0;
    for (let i = node.start; i < node.end; i++) {
      gradient += this.derivatives[2 * rows[i]!]!;
      hessian += this.derivatives[2 * rows[i]! + 1]!;
    }
    value[0] = (-this.learningRate * shrink(gradient, this.penalty.alpha)) / (hessian + this.penalty.lambda);
    return hessian;
  }

  private fillHistogram(column: GradientColumn, slots: number): void {
    const { histogram, slotOf, derivatives, sums } = this;
    const { bins, bin, rows, implied } = column;
    histogram.fill(0, 0, slots * bins * 2);
    if (!rows) {
      for (let row = 0; row < bin.length; row++) {
        const slot = slotOf[row]!;
        if (slot < 0) continue;
        const at = (slot * bins + bin[row]!) * 2;
        histogram[at]! += derivatives[2 * row]!;
        histogram[at + 1]! += derivatives[2 * row + 1]!;
      }
      return;
    }
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      const slot = slotOf[row]!;
      if (slot < 0) continue;
      const at = (slot * bins + bin[i]!) * 2;
      histogram[at]! += derivatives[2 * row]!;
      histogram[at + 1]! += derivatives[2 * row + 1]!;
    }
    for (let slot = 0; slot < slots; slot++) {
      const start = slot * bins * 2;
      let gradient = sums[2 * slot]!;
      let hessian = sums[2 * slot + 1]!;
      for (let at = start; at < start + bins * 2; at += 2) {
        gradient -= histogram[at]!;
        hessian -= histogram[at + 1]!;
      }
      histogram[start + implied * 2] = gradient;
      histogram[start + implied * 2 + 1] = hessian;
    }
  }

  private scan(node: GrowingNode, slot: number, feature: number, bins: number): void {
    const { histogram, sums, penalty } = this;
    const { lambda, alpha, minChildWeight } = penalty;
    const start = slot * bins * 2;
    const gradient = sums[2 * slot]!;
    const hessian = sums[2 * slot + 1]!;
    const before = shrink(gradient, alpha) ** 2 / (hessian + lambda);
    let leftGradient = 0;
    let leftHessian = 0;
    let best = node.gain + before;
    for (let bin = 0; bin < bins - 1; bin++) {
      const added = histogram[start + 2 * bin + 1]!;
      if (added === 0) continue;
      leftGradient += histogram[start + 2 * bin]!;
      leftHessian += added;
      if (leftHessian < minChildWeight) continue;
      const rightHessian = hessian - leftHessian;
      if (rightHessian < minChildWeight) break;
      const l = shrink(leftGradient, alpha);
      const r = shrink(gradient - leftGradient, alpha);
      const score = (l * l) / (leftHessian + lambda) + (r * r) / (rightHessian + lambda);
      if (score > best) {
        best = score;
        node.gain = score - before;
        node.feature = feature;
        node.bin = bin;
      }
    }
  }
}

function shrink(gradient: number, alpha: number): number {
  if (alpha === 0) return gradient;
  return Math.sign(gradient) * Math.max(Math.abs(gradient) - alpha, 0);
}
