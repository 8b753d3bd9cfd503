/**
 * A binary decision tree as arrays over its nodes, the root first. A row goes left when its value is at most the
 * threshold.
 */
export interface Tree {
  /** Column tested at each node, -1 at a leaf. */
  feature: Int32Array;
  threshold: Float32Array;
  /** The left child of each node; the right one is next to it. 0 at a leaf. */
  left: Int32Array;
  /** 1 where a row whose value is missing (NaN) goes left. */
  missingLeft: Uint8Array;
  /** Node × output: what a row that ends here is given. */
  value: Float32Array;
  /** By how much the split improved the training objective, summed over rows; 0 at a leaf. */
  gain: Float32Array;
  /** Weight of the training rows that passed through: rows of a forest, sums of second derivatives of boosting. */
  cover: Float32Array;
}

/** Leaf that a row of values ends in. */
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

/** Share of the trees' whole gain that each column earned; all 0 when no tree has a split. */
export function featureImportances(trees: readonly Tree[], cols: number): Float64Array {
  const earned = new Float64Array(cols);
  let all = 0;
  for (const { feature, gain } of trees) {
    for (let node = 0; node < feature.length; node++) {
      if (feature[node] < 0) continue;
      earned[feature[node]] += gain[node];
      all += gain[node];
    }
  }
  return all > 0 ? earned.map((gain) => gain / all) : earned;
}
