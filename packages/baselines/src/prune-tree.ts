import type { GrownTree } from './grow-tree.js';

/**
 * XGBoost's pruning: takes back splits that gained less than `gamma`, from the leaves upwards, as long as both children are
 * leaves. A poor split stays when a good one below depends on it.
 */
export function pruneTree(grown: GrownTree, gamma: number): GrownTree {
  const { tree, bin } = grown;
  const { feature, left, gain } = tree;
  const isLeaf = Uint8Array.from(feature, (tested) => (tested < 0 ? 1 : 0));
  // Children come after their parents, so going backwards meets them first.
  for (let node = feature.length - 1; node >= 0; node--) {
    if (!isLeaf[node] && isLeaf[left[node]!] && isLeaf[left[node]! + 1] && gain[node]! < gamma) isLeaf[node] = 1;
  }
  const kept = [0];
  const newLeft: number[] = [];
  for (let i = 0; i < kept.length; i++) {
    const node = kept[i]!;
    newLeft.push(isLeaf[node] ? 0 : kept.length);
    if (!isLeaf[node]) kept.push(left[node]!, left[node]! + 1);
  }
  return {
    tree: {
      feature: Int32Array.from(kept, (node) => (isLeaf[node] ? -1 : feature[node]!)),
      threshold: Float32Array.from(kept, (node) => (isLeaf[node] ? 0 : tree.threshold[node]!)),
      left: Int32Array.from(newLeft),
      value: Float32Array.from(kept, (node) => tree.value[node]!),
      gain: Float32Array.from(kept, (node) => (isLeaf[node] ? 0 : gain[node]!)),
      cover: Float32Array.from(kept, (node) => tree.cover[node]!),
    },
    bin: Uint8Array.from(kept, (node) => bin[node]!),
  };
}
