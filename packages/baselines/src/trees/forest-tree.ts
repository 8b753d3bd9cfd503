import { below, type Random, randomStream } from '@geneformer-ts/core';
import type { GiniSample } from './node-rows.js';
import { GiniScan } from './gini-scan.js';
import { type GrowingNode, type Splitter, growTree } from './grow-tree.js';
import type { BinnedMatrix } from './binned-matrix.js';
import type { ListedColumns } from './bin-layouts.js';
import type { Tree } from './tree.js';

/** Limits of a classification tree. */
export interface GiniLimits {
  /** Number of features tried per split. */
  maxFeatures: number;
  /** Minimum number of rows of a node that is split. */
  minSamplesSplit: number;
  /** Minimum number of rows on each side of a split. */
  minSamplesLeaf: number;
}

/**
 * Finds splits of a classification tree by Gini impurity among randomly drawn features. As in scikit-learn, features that are constant
 * in the node count towards `maxFeatures`, but drawing continues until a split is found.
 */
class GiniSplitter implements Splitter {
  readonly outputs: number;
  /** Depth-first order keeps the rows of a subtree in the cache. */
  readonly batch = 'node';
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
    const { node: nodeRows } = this.scan;
    nodeRows.enter(rows, node.start, node.end);
    for (let label = 0; label < this.outputs; label++) value[label] = nodeRows.totals[label] / nodeRows.all;
    return nodeRows.all;
  }
}

/** Data and settings of all trees of a forest. */
export interface ForestJob {
  binned: BinnedMatrix;
  /** Row-major copy of the bins, `[row * cols + col]`. */
  rowBins: Uint8Array;
  listed: ListedColumns;
  y: Int32Array;
  /** Weight per row of each class. */
  weightOf: Float64Array;
  limits: GiniLimits;
  maxDepth: number;
  bootstrap: boolean;
  seed: number;
}

/** Returns a function that grows tree `index`, which depends only on the seed and the index. */
export function growForestTree(job: ForestJob): (index: number) => Tree {
  const { binned, rowBins, listed, y, weightOf, limits, maxDepth, bootstrap, seed } = job;
  return (index) => {
    const random = randomStream(seed, index);
    const weights = new Float64Array(binned.rows);
    for (let i = 0; i < binned.rows; i++) {
      const row = bootstrap ? below(random, binned.rows) : i;
      weights[row] += weightOf[y[row]];
    }
    const rows = drawnRows(weights);
    const sample = { binned, rowBins, listed, y, weights, classes: weightOf.length };
    return growTree(binned, rows, new GiniSplitter(sample, limits, random), maxDepth).tree;
  };
}

function drawnRows(weights: Float64Array): Int32Array {
  const rows = new Int32Array(weights.length);
  let count = 0;
  for (let row = 0; row < weights.length; row++) if (weights[row] > 0) rows[count++] = row;
  return rows.subarray(0, count);
}
