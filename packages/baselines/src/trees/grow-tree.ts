import { cutBetween, scaleOf, type BinnedMatrix } from './binned-matrix.js';
import type { Tree } from './tree.js';

/** Node of a growing tree, with the training rows `rows[start] … rows[end - 1]`. */
export interface GrowingNode {
  id: number;
  /** Depth, 0 for the root. */
  depth: number;
  start: number;
  end: number;
  /** Column of the best split, or -1 if there is none. */
  feature: number;
  /** Highest bin of the split's left side; after the split is made, the last bin before the cut. */
  bin: number;
  /** Lowest bin of the split's right side. */
  next: number;
  /** Whether rows with a missing value go left. */
  missingLeft: boolean;
  gain: number;
}

/**
 * Finds splits and computes leaf values: the part of tree growing that differs between forests and boosting.
 */
export interface Splitter {
  /** Nodes per call of `findSplits`: all nodes of a depth, or a single node, in depth-first order. */
  readonly batch: 'depth' | 'node';
  /** Number of values per leaf. */
  readonly outputs: number;
  /** Sets `feature`, `bin`, `next`, `missingLeft` and `gain` of each node that should be split. */
  findSplits(frontier: readonly GrowingNode[], rows: Int32Array): void;
  /** Writes the prediction of a node to `value` and returns the weight of its rows. */
  describe(node: GrowingNode, rows: Int32Array, value: Float32Array): number;
}

/** A tree, and the bin of each split, for predictions of binned rows. */
export interface GrownTree {
  tree: Tree;
  bin: Uint8Array;
}

/** Grows a tree until the splitter finds no more splits or `maxDepth` is reached. */
export function growTree(binned: BinnedMatrix, rows: Int32Array, splitter: Splitter, maxDepth: number): GrownTree {
  const nodes: GrowingNode[] = [newNode(0, 0, 0, rows.length)];
  const lefts: number[] = [0];
  const scratch = new Int32Array(rows.length);
  const waiting = [nodes.slice()];
  for (let frontier = waiting.pop(); frontier; frontier = waiting.pop()) {
    if (frontier.length === 0 || frontier[0].depth >= maxDepth) continue;
    splitter.findSplits(frontier, rows);
    const children: GrowingNode[] = [];
    for (const node of frontier) {
      if (node.feature < 0) continue;
      node.bin = cutBetween(scaleOf(binned, node.feature), node.bin, node.next);
      const middle = partition(binned, rows, node, scratch);
      const left = newNode(nodes.length, node.depth + 1, node.start, middle);
      const right = newNode(nodes.length + 1, node.depth + 1, middle, node.end);
      lefts[node.id] = left.id;
      lefts.push(0, 0);
      nodes.push(left, right);
      children.push(left, right);
    }
    if (splitter.batch === 'depth') waiting.push(children);
    else for (const child of children) waiting.push([child]);
  }
  return describe(binned, rows, splitter, nodes, lefts);
}

function newNode(id: number, depth: number, start: number, end: number): GrowingNode {
  return { id, depth, start, end, feature: -1, bin: 0, next: 0, missingLeft: false, gain: 0 };
}

/** Moves the rows that go left to the front of the node's range, keeps the order within each side, and returns the start of the right side. */
function partition(binned: BinnedMatrix, rows: Int32Array, node: GrowingNode, scratch: Int32Array): number {
  const { start, end, bin } = node;
  const { bins } = binned;
  const missing = node.missingLeft ? binned.missing[node.feature] : -1;
  const column = node.feature * binned.rows;
  let left = start;
  let right = 0;
  for (let i = start; i < end; i++) {
    const row = rows[i];
    const own = bins[column + row];
    // Missing values have the highest bin, so they go right unless `missing` is set.
    if (own <= bin || own === missing) rows[left++] = row;
    else scratch[right++] = row;
  }
  for (let i = 0; i < right; i++) rows[left + i] = scratch[i]!;
  return left;
}

function describe(
  binned: BinnedMatrix,
  rows: Int32Array,
  splitter: Splitter,
  nodes: readonly GrowingNode[],
  lefts: readonly number[],
): GrownTree {
  const { outputs } = splitter;
  const count = nodes.length;
  const bin = new Uint8Array(count);
  const tree: Tree = {
    feature: new Int32Array(count),
    threshold: new Float32Array(count),
    left: Int32Array.from(lefts),
    missingLeft: new Uint8Array(count),
    value: new Float32Array(count * outputs),
    gain: new Float32Array(count),
    cover: new Float32Array(count),
  };
  for (const node of nodes) {
    const { id, feature } = node;
    tree.feature[id] = feature;
    if (feature >= 0) {
      bin[id] = node.bin;
      tree.threshold[id] = binned.cuts[feature * binned.stride + node.bin]!;
      tree.gain[id] = node.gain;
      tree.missingLeft[id] = node.missingLeft ? 1 : 0;
    }
    tree.cover[id] = splitter.describe(node, rows, tree.value.subarray(id * outputs, (id + 1) * outputs));
  }
  return { tree, bin };
}
