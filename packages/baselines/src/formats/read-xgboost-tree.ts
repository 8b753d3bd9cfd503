import type { ModelFields } from './model-fields.js';
import type { Tree } from '../tree.js';
import { previousFloat } from './write-xgboost.js';

const MOST = 2147483647;
/** XGBoost marks the nodes that were pruned with this column, and keeps them. */
const PRUNED = MOST;

/**
 * Reads a tree and numbers its nodes anew, breadth first, so that right children follow left ones. Pruned nodes are left out.
 *
 * @param source a tree that `checkTreeKind` has passed
 * @param weight what leaf values are multiplied by
 * @throws ModelFormatError when the lists of nodes are not a tree over `cols` columns
 */
export function readTree(source: ModelFields, cols: number, weight: number): Tree {
  const nodes = source.list('left_children').length;
  if (nodes === 0) throw source.refuse('left_children', [], 'at least one node');
  const lefts = source.wholes('left_children', -1, nodes - 1);
  const rights = source.wholes('right_children', -1, nodes - 1, nodes);
  const indices = source.wholes('split_indices', 0, MOST, nodes);
  const conditions = source.floats('split_conditions', nodes);
  const covers = source.floats('sum_hessian', nodes);
  const gains = source.floats('loss_changes', nodes);
  const defaults = source.wholes('default_left', 0, 1, nodes);
  const { order, left } = breadthFirst(source, lefts, rights);
  for (const node of order) {
    if (lefts[node] !== -1 && indices[node] >= cols) {
      throw source.refuse(`split_indices[${node}]`, indices[node], `a column from 0 to ${cols - 1}`);
    }
  }
  const ifSplit = (value: (node: number) => number, otherwise: number) => (node: number) =>
    lefts[node] === -1 ? otherwise : value(node);
  const pruned = indices.reduce((count, column) => count + (column === PRUNED ? 1 : 0), 0);
  if (order.length + pruned !== nodes) {
    throw source.refuse('left_children', `${order.length} nodes below the root`, `${nodes - pruned} of them`);
  }
  return {
    feature: Int32Array.from(
      order,
      ifSplit((node) => indices[node], -1),
    ),
    threshold: Float32Array.from(
      order,
      ifSplit((node) => previousFloat(conditions[node]), 0),
    ),
    left,
    missingLeft: Uint8Array.from(
      order,
      ifSplit((node) => defaults[node], 0),
    ),
    value: Float32Array.from(order, (node) => (lefts[node] === -1 ? weight * conditions[node] : 0)),
    gain: Float32Array.from(
      order,
      ifSplit((node) => gains[node], 0),
    ),
    cover: Float32Array.from(order, (node) => covers[node]),
  };
}

/**
 * Refuses trees with categorical splits or several outputs.
 *
 * @throws ModelFormatError
 */
export function checkTreeKind(source: ModelFields): void {
  const types = source.at('split_type');
  if (Array.isArray(types) && types.some((type) => type !== 0)) {
    throw source.refuse(
      'split_type',
      'a categorical split',
      'numerical splits',
      'train on one column per category (one-hot), without enable_categorical',
    );
  }
  if (source.whole('tree_param.size_leaf_vector', 0, MOST) > 1) {
    throw source.refuse(
      'tree_param.size_leaf_vector',
      source.at('tree_param.size_leaf_vector'),
      'one output per tree',
      'train with multi_strategy="one_output_per_tree"',
    );
  }
}

/** Nodes below the root, each once, and the new number of each one's left child (0 at a leaf). */
function breadthFirst(
  source: ModelFields,
  lefts: Int32Array,
  rights: Int32Array,
): { order: number[]; left: Int32Array } {
  const seen = new Uint8Array(lefts.length);
  const order = [0];
  const left: number[] = [];
  seen[0] = 1;
  for (let i = 0; i < order.length; i++) {
    const node = order[i];
    const children = [lefts[node], rights[node]];
    if (children[0] === -1 && children[1] === -1) {
      left.push(0);
      continue;
    }
    left.push(order.length);
    children.forEach((child, side) => {
      const field = `${side === 0 ? 'left' : 'right'}_children[${node}]`;
      if (child === -1) throw source.refuse(field, child, 'two children or none');
      if (seen[child]) throw source.refuse(field, child, 'a node without another parent');
      seen[child] = 1;
      order.push(child);
    });
  }
  return { order, left: Int32Array.from(left) };
}
