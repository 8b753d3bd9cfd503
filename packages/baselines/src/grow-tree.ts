import { cutBetween, type BinnedMatrix } from './bins.js';
import type { Tree } from './tree.js';

/** A node of a tree that is growing: the training rows `rows[start] … rows[end - 1]`. */
export interface GrowingNode {
  id: number;
  start: number;
  end: number;
  /** Column of the best split found; no split when -1. */
  feature: number;
  /** Highest bin of the split's left side; once the grower has taken the split, the bin it cuts after. */
  bin: number;
  /** Lowest bin of the split's right side. */
  next: number;
  gain: number;
}

/**
 * Finds splits and says what leaves are worth: all that tells a forest from boosting. The grower shows it the frontier of one
 * depth at a time, so that it may go through the nodes feature by feature or node by node.
 */
export interface Splitter {
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

/** Grows a tree depth by depth, until the splitter finds nothing more or `maxDepth` (the root has depth 0) is reached. */
export function growTree(binned: BinnedMatrix, rows: Int32Array, splitter: Splitter, maxDepth: number): GrownTree {
  const nodes: GrowingNode[] = [newNode(0, 0, rows.length)];
  const lefts: number[] = [0];
  const scratch = new Int32Array(rows.length);
  let frontier = nodes.slice();
  for (let depth = 0; depth < maxDepth && frontier.length > 0; depth++) {
    splitter.findSplits(frontier, rows);
    const next: GrowingNode[] = [];
    for (const node of frontier) {
      if (node.feature < 0) continue;
      node.bin = cutBetween(binned.scales[node.feature]!, node.bin, node.next);
      const middle = partition(binned, rows, node, scratch);
      lefts[node.id] = nodes.length;
      for (const [start, end] of [
        [node.start, middle],
        [middle, node.end],
      ] as const) {
        const child = newNode(nodes.length, start, end);
        nodes.push(child);
        lefts.push(0);
        next.push(child);
      }
    }
    frontier = next;
  }
  return describe(binned, rows, splitter, nodes, lefts);
}

function newNode(id: number, start: number, end: number): GrowingNode {
  return { id, start, end, feature: -1, bin: 0, next: 0, gain: 0 };
}

/** Moves the rows that go left to the front of the node's range, both sides keeping their order; returns where right begins. */
function partition(binned: BinnedMatrix, rows: Int32Array, node: GrowingNode, scratch: Int32Array): number {
  const { start, end, bin } = node;
  const { bins } = binned;
  const column = node.feature * binned.rows;
  let left = start;
  let right = 0;
  for (let i = start; i < end; i++) {
    const row = rows[i]!;
    if (bins[column + row]! <= bin) rows[left++] = row;
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
  const tree: Tree = {
    feature: Int32Array.from(nodes, (node) => node.feature),
    threshold: Float32Array.from(nodes, (node) =>
      node.feature < 0 ? 0 : binned.scales[node.feature]!.cuts[node.bin]!,
    ),
    left: Int32Array.from(lefts),
    value: new Float32Array(nodes.length * outputs),
    gain: Float32Array.from(nodes, (node) => (node.feature < 0 ? 0 : node.gain)),
    cover: new Float32Array(nodes.length),
  };
  for (const node of nodes) {
    const value = tree.value.subarray(node.id * outputs, (node.id + 1) * outputs);
    tree.cover[node.id] = splitter.describe(node, rows, value);
  }
  return { tree, bin: Uint8Array.from(nodes, (node) => node.bin) };
}
