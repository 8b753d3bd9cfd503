import type { BoostedModel } from '../trees/boosted-trees.js';
import type { Tree } from '../trees/tree.js';

/** XGBoost's parent of the root. */
const NO_PARENT = 2147483647;

/**
 * Returns a model in XGBoost's JSON format (`save_model('model.json')`): the schema of version 1.7, which later versions read, or of
 * version 3.1 for a model with one base score per class, which earlier versions do not support.
 *
 * XGBoost sends a row left when its value is below the condition, this package when it is at most the threshold. So the condition is
 * the next larger single-precision number. A model fitted without missing values sends them in the direction of 0, because XGBoost
 * treats values that a sparse matrix does not store as missing.
 */
export function writeXGBoost(model: BoostedModel): string {
  const { trees, outputs, present, classes, cols, outputOf, baseMargins } = model;
  const attributes: Record<string, string> = {};
  if (present.length < classes) {
    attributes['geneformer_ts_classes'] = JSON.stringify({ classes, present: Array.from(present) });
  }
  // A constant added to every margin does not change the softmax; base scores per class need version 3.1.
  const perClass = baseMargins.some((margin) => margin !== baseMargins[0]);
  const baseScore = perClass
    ? `[${baseMargins.join(',')}]`
    : String(outputs === 1 ? 1 / (1 + Math.exp(-baseMargins[0])) : 0.5);
  const text = JSON.stringify({
    learner: {
      attributes,
      feature_names: [],
      feature_types: [],
      gradient_booster: {
        model: {
          gbtree_model_param: { num_parallel_tree: '1', num_trees: String(trees.length), size_leaf_vector: '0' },
          tree_info: Array.from(outputOf),
          trees: trees.map((tree, id) => describeTree(tree, id, cols)),
        },
        name: 'gbtree',
      },
      learner_model_param: {
        base_score: baseScore,
        boost_from_average: '1',
        num_class: outputs === 1 ? '0' : String(outputs),
        num_feature: String(cols),
        num_target: '1',
      },
      objective:
        outputs === 1
          ? { name: 'binary:logistic', reg_loss_param: { scale_pos_weight: '1' } }
          : { name: 'multi:softprob', softmax_multiclass_param: { num_class: String(outputs) } },
    },
    version: perClass ? [3, 1, 0] : [1, 7, 4],
  });
  return text.replace(/"float:([^"]+)"/g, '$1');
}

/** Formats numbers as `1e+0`, because XGBoost reads `1` as an integer and rejects it in lists of floats. */
function floats(values: Iterable<number>): string[] {
  return Array.from(values, (value) => `float:${value.toExponential()}`);
}

function describeTree(tree: Tree, id: number, cols: number): object {
  const { feature, threshold, left, missingLeft, value, gain, cover } = tree;
  const nodes = Array.from(feature.keys());
  const isLeaf = (node: number) => feature[node] < 0;
  const parents = nodes.map(() => NO_PARENT);
  for (const node of nodes) {
    if (isLeaf(node)) continue;
    parents[left[node]] = node;
    parents[left[node] + 1] = node;
  }
  const conditions = nodes.map((node) => (isLeaf(node) ? value[node] : nextFloat(threshold[node])));
  return {
    base_weights: floats(value),
    categories: [],
    categories_nodes: [],
    categories_segments: [],
    categories_sizes: [],
    default_left: Array.from(missingLeft),
    id,
    left_children: nodes.map((node) => (isLeaf(node) ? -1 : left[node])),
    loss_changes: floats(gain),
    parents,
    right_children: nodes.map((node) => (isLeaf(node) ? -1 : left[node] + 1)),
    split_conditions: floats(conditions),
    split_indices: nodes.map((node) => Math.max(0, feature[node])),
    split_type: nodes.map(() => 0),
    sum_hessian: floats(cover),
    tree_param: { num_deleted: '0', num_feature: String(cols), num_nodes: String(nodes.length), size_leaf_vector: '0' },
  };
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/** Returns the next larger single-precision number. */
export function nextFloat(value: number): number {
  float[0] = value;
  if (float[0] === 0) return 2 ** -149;
  bits[0] += value > 0 ? 1 : -1;
  return float[0];
}

/** Returns the next smaller single-precision number. */
export function previousFloat(value: number): number {
  return -nextFloat(-value);
}
