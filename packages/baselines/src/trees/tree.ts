/**
 * Binary decision tree, stored as arrays over its nodes with the root first. A row goes left when its value is at most the threshold.
 */
export interface Tree {
  /** Column that each node tests, -1 for a leaf. */
  feature: Int32Array;
  threshold: Float32Array;
  /** Left child of each node, 0 for a leaf. The right child follows the left one. */
  left: Int32Array;
  /** 1 where rows with a missing value (NaN) go left. */
  missingLeft: Uint8Array;
  /** Prediction of each leaf, nodes × outputs. */
  value: Float32Array;
  /** Improvement of the training objective by the split, summed over rows; 0 for a leaf. */
  gain: Float32Array;
  /** Weight of the training rows at each node: number of rows in a forest, sum of second derivatives in boosting. */
  cover: Float32Array;
}

/** Returns the leaf of the row of values that starts at `offset`. */
export function leafOf(tree: Tree, values: Float32Array | Float64Array, offset: number): number {
  const { feature, threshold, left, missingLeft } = tree;
  let node = 0;
  for (let tested = feature[0]; tested >= 0; tested = feature[node]!) {
    const value = values[offset + tested];
    const goesLeft = value <= threshold[node] || (missingLeft[node] === 1 && Number.isNaN(value));
    node = left[node] + (goesLeft ? 0 : 1);
  }
  return node;
}

/** Returns each column's share of the total gain of the trees; all 0 when no tree has a split. */
export function featureImportances(trees: readonly Tree[], cols: number): Float64Array {
  const gains = new Float64Array(cols);
  let total = 0;
  for (const { feature, gain } of trees) {
    for (let node = 0; node < feature.length; node++) {
      if (feature[node] < 0) continue;
      gains[feature[node]] += gain[node];
      total += gain[node];
    }
  }
  return total > 0 ? gains.map((gain) => gain / total) : gains;
}
