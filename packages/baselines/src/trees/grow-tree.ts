import { cutBetween, scaleOf, type BinnedMatrix } from './binned-matrix.js';
import type { Tree } from '../tree.js';

/** A node of a tree that is growing: the training rows `rows[start] … rows[end - 1]`. */
export interface GrowingNode {
  id: number;
  /** The root has depth 0. */
  depth: number;
  start: number;
  end: number;
  /** Column of the best split found; no split when -1. */
  feature: number;
  /** Highest bin of the split's left side; once the grower has taken the split, the bin it cuts after. */
  bin: number;
  /** Lowest bin of the split's right side. */
  next: number;
  /** Side of the rows in which the split's column is missing. */
  missingLeft: boolean;
  gain: number;
}

/**
 * Finds splits and says what leaves are worth: all that tells a forest from boosting. The grower shows it the nodes of one depth at
 * a time, so that it may go through them feature by feature, or one node after the other, subtree by subtree.
 */
export interface Splitter {
  readonly wants: 'depth' | 'node';
  /** Numbers a leaf gives. */
  readonly outputs: number;
  /** Sets `feature`, `bin`, `next` and `gain` of each node that should be split. */
  findSplits(frontier: readonly GrowingNode[], rows: Int32Array): void;
  /** Writes what a row ending in the node is given, and returns the node's weight. */
  describe(node: GrowingNode, rows: Int32Array, value: Float32Array): number;
}

/** A grown tree, and the split bins that route binned rows through it. */
export interface GrownTree {
  tree: Tree;
  bin: Uint8Array;
}

/** Grows a tree until the splitter finds nothing more or `maxDepth` is reached. */
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
    if (splitter.wants === 'depth') waiting.push(children);
    else for (const child of children) waiting.push([child]);
  }
  return describe(binned, rows, splitter, nodes, lefts);
}

function newNode(id: number, depth: number, start: number, end: number): GrowingNode {
  return { id, depth, start, end, feature: -1, bin: 0, next: 0, missingLeft: false, gain: 0 };
}

/** Moves the rows that go left to the front of the node's range, both sides keeping their order; returns where right begins. */
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
    // Missing values have the highest bin of all, so they go right unless they are told to go left.
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
