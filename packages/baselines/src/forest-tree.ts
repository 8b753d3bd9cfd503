import { below, randomStream } from '@geneformer-ts/core';
import type { BinnedMatrix } from './binned-matrix.js';
import { GiniSplitter, type GiniLimits } from './gini-splitter.js';
import { growTree } from './grow-tree.js';
import type { ListedColumns } from './listed-columns.js';
import type { Tree } from './tree.js';

/** What all trees of a forest have in common. */
export interface ForestJob {
  binned: BinnedMatrix;
  /** The same bins as `[row * cols + col]`. */
  rowBins: Uint8Array;
  listed: ListedColumns;
  y: Int32Array;
  /** Weight of a row of each class. */
  weightOf: Float64Array;
  limits: GiniLimits;
  maxDepth: number;
  bootstrap: boolean;
  seed: number;
}

/** Grows tree `index`, which depends on the seed and the index only. */
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
