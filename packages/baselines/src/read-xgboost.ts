import type { BoostedModel } from './boosted-model.js';
import { ModelFormatError } from './errors.js';
import { previousFloat } from './write-xgboost.js';
import type { Tree } from './tree.js';

/**
 * Reads a model that XGBoost saved as JSON (version 1.0 or later): `gbtree` with a `binary:logistic`, `multi:softprob` or
 * `multi:softmax` objective. All trees are used, as `Booster.predict` does. NaN is missing and takes the default directions; zeros
 * are values, whether they are stored or not.
 *
 * @throws ModelFormatError naming the field, for what is not such a model
 */
export function readXGBoost(text: string): BoostedModel {
  const root = parse(text);
  const objective = textAt(root, 'learner.objective.name');
  const booster = textAt(root, 'learner.gradient_booster.name');
  if (booster !== 'gbtree') throw new ModelFormatError('learner.gradient_booster.name', booster, 'a gbtree model');
  if (!['binary:logistic', 'multi:softprob', 'multi:softmax'].includes(objective)) {
    throw new ModelFormatError('learner.objective.name', objective, 'binary:logistic, multi:softprob or multi:softmax');
  }
  const outputs = objective === 'binary:logistic' ? 1 : numberAt(root, 'learner.learner_model_param.num_class');
  const cols = numberAt(root, 'learner.learner_model_param.num_feature');
  const baseScore = numberAt(root, 'learner.learner_model_param.base_score');
  const trees = listAt(root, 'learner.gradient_booster.model.trees');
  const outputOf = Int32Array.from(numbersAt(root, 'learner.gradient_booster.model.tree_info'));
  if (outputOf.length !== trees.length) {
    throw new ModelFormatError('learner.gradient_booster.model.tree_info', outputOf.length, `${trees.length} entries`);
  }
  return {
    cols,
    ...classesOf(root, outputs === 1 ? 2 : outputs),
    outputs,
    // A constant added to every margin does nothing to a softmax.
    baseMargin: outputs === 1 ? Math.log(baseScore / (1 - baseScore)) : 0,
    trees: trees.map((tree, id) => readTree(tree, `trees[${id}]`)),
    outputOf,
  };
}

function classesOf(root: unknown, fitted: number): { classes: number; present: Int32Array } {
  const noted = at(root, 'learner.attributes.geneformer_ts_classes');
  if (typeof noted !== 'string') {
    return { classes: fitted, present: Int32Array.from({ length: fitted }, (_, label) => label) };
  }
  const kept = parse(noted);
  return { classes: numberAt(kept, 'classes'), present: Int32Array.from(numbersAt(kept, 'present')) };
}

/** Numbers the nodes anew, breadth first, so that right children follow left ones. */
function readTree(source: unknown, name: string): Tree {
  const types = at(source, 'split_type');
  if (Array.isArray(types) && types.some((type) => type !== 0)) {
    throw new ModelFormatError(`${name}.split_type`, 'categorical', 'numerical splits only');
  }
  if (numberAt(source, 'tree_param.size_leaf_vector', name) > 1) {
    throw new ModelFormatError(`${name}.tree_param.size_leaf_vector`, 'several outputs a leaf', 'one output a tree');
  }
  const lefts = numbersAt(source, 'left_children', name);
  const rights = numbersAt(source, 'right_children', name);
  const indices = numbersAt(source, 'split_indices', name);
  const conditions = numbersAt(source, 'split_conditions', name);
  const covers = numbersAt(source, 'sum_hessian', name);
  const gains = numbersAt(source, 'loss_changes', name);
  const defaults = numbersAt(source, 'default_left', name);
  const order = [0];
  const left: number[] = [];
  for (let i = 0; i < order.length; i++) {
    const node = order[i]!;
    const isLeaf = lefts[node] === -1;
    left.push(isLeaf ? 0 : order.length);
    if (!isLeaf) order.push(lefts[node]!, rights[node]!);
    if (order.length > lefts.length) throw new ModelFormatError(`${name}.left_children`, 'a cycle', 'a tree');
  }
  const isLeaf = (node: number) => lefts[node] === -1;
  return {
    feature: Int32Array.from(order, (node) => (isLeaf(node) ? -1 : indices[node]!)),
    threshold: Float32Array.from(order, (node) => (isLeaf(node) ? 0 : previousFloat(conditions[node]!))),
    left: Int32Array.from(left),
    missingLeft: Uint8Array.from(order, (node) => (isLeaf(node) ? 0 : defaults[node]!)),
    value: Float32Array.from(order, (node) => (isLeaf(node) ? conditions[node]! : 0)),
    gain: Float32Array.from(order, (node) => (isLeaf(node) ? 0 : gains[node]!)),
    cover: Float32Array.from(order, (node) => covers[node]!),
  };
}

/** XGBoost writes NaN as such, which JSON does not have: the conditions of categorical splits, which are then refused by that name. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/(?<=[[,])NaN(?=[,\]])/g, 'null')) as unknown;
  } catch (cause) {
    throw new ModelFormatError('model', `text that is not JSON`, "a file of save_model('….json')", { cause });
  }
}

function at(source: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], source);
}

function textAt(source: unknown, path: string): string {
  const value = at(source, path);
  if (typeof value !== 'string') throw new ModelFormatError(path, value, 'a text');
  return value;
}

/** XGBoost writes parameters as texts, since version 2 some of them in brackets. */
function numberAt(source: unknown, path: string, within?: string): number {
  const value = at(source, path);
  const number = typeof value === 'string' ? Number(value.replace(/^\[(.*)\]$/, '$1')) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) {
    throw new ModelFormatError(within ? `${within}.${path}` : path, value, 'a number');
  }
  return number;
}

function listAt(source: unknown, path: string): unknown[] {
  const value = at(source, path);
  if (!Array.isArray(value)) throw new ModelFormatError(path, value, 'a list');
  return value;
}

function numbersAt(source: unknown, path: string, within?: string): number[] {
  const value = at(source, path);
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'number')) {
    throw new ModelFormatError(within ? `${within}.${path}` : path, value, 'a list of numbers');
  }
  return value as number[];
}
