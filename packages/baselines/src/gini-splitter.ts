import { below, type Random } from '@geneformer-ts/core';
import type { GiniSample } from './gini-sample.js';
import { GiniScan } from './gini-scan.js';
import type { GrowingNode, Splitter } from './grow-tree.js';

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
  /** One subtree after the other: its rows stay in the cache from node to node. */
  readonly wants = 'node';
  private readonly features: Int32Array;
  private readonly scan: GiniScan;

  constructor(
    sample: GiniSample,
    private readonly limits: GiniLimits,
    private readonly random: Random,
  ) {
    this.outputs = sample.classes;
    this.features = Int32Array.from({ length: sample.binned.cols }, (_, col) => col);
    this.scan = new GiniScan(sample, limits.minSamplesLeaf);
  }

  findSplits([node]: readonly GrowingNode[], rows: Int32Array): void {
    const { features, limits, random, scan } = this;
    if (!node || node.end - node.start < limits.minSamplesSplit) return;
    scan.node.enter(rows, node.start, node.end);
    if (scan.node.isPure) return;
    let best = -Infinity;
    for (let visited = 0; visited < features.length; visited++) {
      if (visited >= limits.maxFeatures && node.feature >= 0) break;
      const j = visited + below(random, features.length - visited);
      const feature = features[j];
      features[j] = features[visited]!;
      features[visited] = feature;
      if (!scan.scan(feature) || scan.score <= best) continue;
      best = scan.score;
      node.feature = feature;
      node.bin = scan.bin;
      node.next = scan.next;
    }
    node.gain = best - scan.before;
  }

  describe(node: GrowingNode, rows: Int32Array, value: Float32Array): number {
    const { node: entered } = this.scan;
    entered.enter(rows, node.start, node.end);
    for (let label = 0; label < this.outputs; label++) value[label] = entered.totals[label] / entered.all;
    return entered.all;
  }
}
