import type { BinnedMatrix } from './bins.js';
import { GiniScan, type GiniSample } from './gini-scan.js';
import type { GrowingNode, Splitter } from './grow-tree.js';
import type { TreeColumn } from './listed-columns.js';
import type { Draw } from './random.js';

/** Limits of a classification tree. */
export interface GiniLimits {
  /** Features looked at for one split. */
  maxFeatures: number;
  /** Rows a node must hold to be split. */
  minSamplesSplit: number;
  /** Rows each side of a split must hold. */
  minSamplesLeaf: number;
}

/**
 * Splits of a classification tree by Gini impurity, over features drawn anew at every node. As in scikit-learn, features that do
 * not vary in the node count as drawn, but drawing goes on until one varies.
 */
export class GiniSplitter implements Splitter {
  readonly outputs: number;
  private readonly features: Int32Array;
  private readonly nodeOf: Int32Array;
  private readonly scan: GiniScan;

  constructor(
    binned: BinnedMatrix,
    private readonly columns: readonly TreeColumn[],
    sample: GiniSample,
    private readonly limits: GiniLimits,
    private readonly draw: Draw,
  ) {
    this.outputs = sample.classes;
    this.features = Int32Array.from({ length: binned.cols }, (_, col) => col);
    this.nodeOf = new Int32Array(binned.rows).fill(-1);
    this.scan = new GiniScan(binned, sample, this.nodeOf, limits.minSamplesLeaf);
  }

  findSplits(frontier: readonly GrowingNode[], rows: Int32Array): void {
    for (const node of frontier) {
      for (let i = node.start; i < node.end; i++) this.nodeOf[rows[i]!] = node.id;
    }
    for (const node of frontier) this.findSplit(node, rows);
  }

  describe(node: GrowingNode, rows: Int32Array, value: Float32Array): number {
    this.scan.enter(node, rows);
    for (let label = 0; label < this.outputs; label++) value[label] = this.scan.totals[label]! / this.scan.all;
    return this.scan.all;
  }

  private findSplit(node: GrowingNode, rows: Int32Array): void {
    const { features, limits, draw, scan } = this;
    if (node.end - node.start < limits.minSamplesSplit) return;
    scan.enter(node, rows);
    if (scan.isPure) return;
    let best = -Infinity;
    let varying = 0;
    for (let visited = 0; visited < features.length; visited++) {
      if (visited >= limits.maxFeatures && varying > 0) break;
      const j = visited + draw(features.length - visited);
      const feature = features[j]!;
      features[j] = features[visited]!;
      features[visited] = feature;
      if (!scan.scan(feature, this.columns[feature]!)) continue;
      varying++;
      if (scan.score <= best) continue;
      best = scan.score;
      node.feature = feature;
      node.bin = scan.bin;
      node.next = scan.next;
      node.gain = best - scan.before;
    }
  }
}
