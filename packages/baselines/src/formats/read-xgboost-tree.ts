import type { ModelFields } from './model-fields.js';
import type { Tree } from '../trees/tree.js';
import { previousFloat } from './write-xgboost.js';

const MAX_INT = 2147483647;
/** Column of pruned nodes, which XGBoost keeps in the file. */
const PRUNED = MAX_INT;

/**
 * Reads a tree and renumbers its nodes breadth first, so that right children follow left ones. Pruned nodes are skipped.
 *
 * @param source tree checked by `checkTreeKind`
 * @param weight factor of the leaf values
 * @throws ModelFormatError when the nodes are not a tree over `cols` columns
 */
export function readTree(source: ModelFields, cols: number, weight: number): Tree {
  const nodes = source.list('left_children').length;
  if (nodes === 0) throw source.error('left_children', [], 'at least one node');
  const lefts = source.integers('left_children', -1, nodes - 1);
  const rights = source.integers('right_children', -1, nodes - 1, nodes);
  const indices = source.integers('split_indices', 0, MAX_INT, nodes);
  const conditions = source.floats('split_conditions', nodes);
  const covers = source.floats('sum_hessian', nodes);
  const gains = source.floats('loss_changes', nodes);
  const defaults = source.integers('default_left', 0, 1, nodes);
  const { order, left } = breadthFirst(source, lefts, rights);
  for (const node of order) {
    if (lefts[node] !== -1 && indices[node] >= cols) {
      throw source.error(`split_indices[${node}]`, indices[node], `a column from 0 to ${cols - 1}`);
    }
  }
  const ifSplit = (value: (node: number) => number, otherwise: number) => (node: number) =>
    lefts[node] === -1 ? otherwise : value(node);
  const pruned = indices.reduce((count, column) => count + (column === PRUNED ? 1 : 0), 0);
  if (order.length + pruned !== nodes) {
    throw source.error('left_children', `${order.length} nodes below the root`, `${nodes - pruned} of them`);
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
 * Checks that a tree has no categorical splits and a single output.
 *
 * @throws ModelFormatError
 */
export function checkTreeKind(source: ModelFields): void {
  const types = source.at('split_type');
  if (Array.isArray(types) && types.some((type) => type !== 0)) {
    throw source.error(
      'split_type',
      'a categorical split',
      'numerical splits',
      'train on one column per category (one-hot), without enable_categorical',
    );
  }
  if (source.integer('tree_param.size_leaf_vector', 0, MAX_INT) > 1) {
    throw source.error(
      'tree_param.size_leaf_vector',
      source.at('tree_param.size_leaf_vector'),
      'one output per tree',
      'train with multi_strategy="one_output_per_tree"',
    );
  }
}

/** Returns the nodes reachable from the root in breadth-first order, and the new number of each left child (0 for a leaf). */
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
      if (child === -1) throw source.error(field, child, 'two children or none');
      if (seen[child]) throw source.error(field, child, 'a node without another parent');
      seen[child] = 1;
      order.push(child);
    });
  }
  return { order, left: Int32Array.from(left) };
}
