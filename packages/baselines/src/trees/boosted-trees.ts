import { eachRow } from '@geneformer-ts/analysis';
import type { Matrix } from '@geneformer-ts/core';
import { leafOf, type Tree } from './tree.js';
import type { BinnedMatrix } from './binned-matrix.js';
import type { GrownTree } from './grow-tree.js';

/** Fitted boosted trees. */
export interface BoostedModel {
  cols: number;
  classes: number;
  /** Classes that had training rows. */
  present: Int32Array;
  /** Margins per row: 1 for two present classes, otherwise the number of present classes. */
  outputs: number;
  /** Margin of each output before the first tree. */
  baseMargins: Float64Array;
  /** Meaning of values that a sparse matrix does not store: 0, or NaN for missing. */
  absent: number;
  trees: Tree[];
  /** Output of each tree. */
  outputOf: Int32Array;
}

/** Returns the margins of each row, `[k * rows + row]`. */
export function predictMargins(model: BoostedModel, X: Matrix): Float64Array {
  const { outputs, trees, outputOf } = model;
  const margins = new Float64Array(outputs * X.rows);
  model.baseMargins.forEach((margin, k) => margins.fill(margin, k * X.rows, (k + 1) * X.rows));
  eachRow(
    X,
    (row, values, offset) => {
      for (let t = 0; t < trees.length; t++) {
        const tree = trees[t];
        margins[outputOf[t] * X.rows + row] += tree.value[leafOf(tree, values, offset)];
      }
    },
    model.absent,
  );
  return margins;
}

/** Sends missing values in the direction of 0, for a fit without missing values. */
export function sendMissingWithZero({ feature, threshold, missingLeft }: Tree): void {
  for (let node = 0; node < feature.length; node++) {
    missingLeft[node] = feature[node] >= 0 && threshold[node] >= 0 ? 1 : 0;
  }
}

/** Adds the predictions of a tree for the training rows to their margins. */
export function addToMargins({ tree, bin }: GrownTree, binned: BinnedMatrix, margins: Float64Array): void {
  const { feature, left, value, missingLeft } = tree;
  const { bins, missing, rows } = binned;
  for (let row = 0; row < margins.length; row++) {
    let node = 0;
    for (let tested = feature[0]; tested >= 0; tested = feature[node]!) {
      const own = bins[tested * rows + row];
      const goesLeft = own <= bin[node] || (missingLeft[node] === 1 && own === missing[tested]);
      node = left[node] + (goesLeft ? 0 : 1);
    }
    margins[row] += value[node];
  }
}
