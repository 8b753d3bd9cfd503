import type { BinnedMatrix } from './bins.js';
import type { TreeColumn } from './listed-columns.js';
import { hessianOf, openNodes, shrink, type GainTerms, type GradientPenalty, type OpenNodes } from './gradient-gain.js';
import { addNodeRows, scanHistogram } from './gradient-histogram.js';
import { ListWalk } from './gradient-list.js';
import type { GrowingNode, Splitter } from './grow-tree.js';
import { packGradients } from './packed-gradients.js';

/**
 * Splits of a boosted tree by XGBoost's objective. All nodes of a depth are served column by column, so that a column stays in the
 * processor's nearest cache; a column of few listed rows is walked row by row, any other through a histogram a node.
 */
export class GradientSplitter implements Splitter {
  readonly outputs = 1;
  readonly wants = 'depth';
  private readonly packed: Float64Array;
  private readonly terms: GainTerms;
  private readonly ordered: Float64Array;
  private readonly slotOf: Int32Array;
  private readonly histogram: Float64Array;

  /**
   * @param derivatives first and second derivative of the loss, two numbers a row
   * @param features columns this tree may use, ascending
   */
  constructor(
    private readonly binned: BinnedMatrix,
    private readonly columns: readonly TreeColumn[],
    private readonly derivatives: Float64Array,
    private readonly features: Int32Array,
    penalty: GradientPenalty,
    private readonly learningRate: number,
  ) {
    const { packed, gradientStep, hessianStep } = packGradients(derivatives);
    this.packed = packed;
    this.terms = { ...penalty, gradientStep, hessianStep };
    this.ordered = new Float64Array(binned.rows);
    this.slotOf = new Int32Array(binned.rows);
    this.histogram = new Float64Array(columns.reduce((most, column) => Math.max(most, column.bins), 1));
  }

  findSplits(frontier: readonly GrowingNode[], rows: Int32Array): void {
    const growing: GrowingNode[] = [];
    const sums: number[] = [];
    for (const node of frontier) {
      const sum = this.gather(node, rows);
      if (node.end - node.start < 2 || hessianOf(sum, this.terms) < 2 * this.terms.minChildWeight) continue;
      growing.push(node);
      sums.push(sum);
    }
    const nodes = openNodes(sums, this.terms);
    this.slotOf.fill(nodes.count);
    growing.forEach((node, slot) => {
      for (let i = node.start; i < node.end; i++) this.slotOf[rows[i]!] = slot;
    });
    this.searchColumns(growing, nodes, rows);
    growing.forEach((node, slot) => {
      node.feature = nodes.feature[slot]!;
      node.bin = nodes.bin[slot]!;
      node.next = nodes.next[slot]!;
      node.gain = nodes.best[slot]! - nodes.before[slot]!;
    });
  }

  describe(node: GrowingNode, rows: Int32Array, value: Float32Array): number {
    let gradient = 0;
    let hessian = 0;
    for (let i = node.start; i < node.end; i++) {
      gradient += this.derivatives[2 * rows[i]!]!;
      hessian += this.derivatives[2 * rows[i]! + 1]!;
    }
    value[0] = (-this.learningRate * shrink(gradient, this.terms.alpha)) / (hessian + this.terms.lambda);
    return hessian;
  }

  private searchColumns(growing: readonly GrowingNode[], nodes: OpenNodes, rows: Int32Array): void {
    const { binned, histogram, ordered, terms } = this;
    const walk = new ListWalk(nodes, this.slotOf, this.packed, terms);
    const active = growing.reduce((sum, node) => sum + node.end - node.start, 0);
    for (const feature of this.features) {
      const column = this.columns[feature]!;
      if (column.bins === 1) continue;
      if (column.rows && walkIsCheaper(column.rows.length, active, nodes.count, column.bins)) {
        walk.scan(column, feature);
        continue;
      }
      for (let slot = 0; slot < nodes.count; slot++) {
        const { start, end } = growing[slot]!;
        histogram.fill(0, 0, column.bins);
        addNodeRows(binned.bins, feature * binned.rows, rows, start, end, ordered, histogram);
        scanHistogram(histogram, column.bins, feature, nodes, slot, terms);
      }
    }
  }

  /** Copies the node's packed derivatives into the order of its rows and sums them. */
  private gather(node: GrowingNode, rows: Int32Array): number {
    let sum = 0;
    for (let i = node.start; i < node.end; i++) sum += this.ordered[i] = this.packed[rows[i]!]!;
    return sum;
  }
}

/** Measured: a listed row costs about six times a row of a histogram, scoring a bin about four times. */
function walkIsCheaper(listed: number, active: number, nodes: number, bins: number): boolean {
  return 6 * listed < active + 4 * nodes * bins;
}
