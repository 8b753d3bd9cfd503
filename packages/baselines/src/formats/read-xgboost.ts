import { ArgumentError } from '@geneformer-ts/core';
import type { BoostedModel } from '../trees/boosted-trees.js';
import { ModelFormatError } from '../errors.js';
import { ModelFields } from './model-fields.js';
import { checkTreeKind, readTree } from './read-xgboost-tree.js';

/** Options of {@link XGBClassifier.fromXGBoost}. */
export interface XGBoostReadOptions {
  /**
   * Meaning of values that a sparse matrix does not store. `'zero'` (default): a zero, as everywhere in this package. `'missing'`: it
   * takes the default directions, as XGBoost has it for `scipy.sparse` matrices; choose it for a model that was trained on one.
   * Zeros that are stored, and those of dense features, are values either way, and NaN is missing either way.
   */
  absent?: 'zero' | 'missing';
  /**
   * Which rounds predict. `'best'` (default): those up to `best_iteration` where early stopping noted one, as `XGBClassifier` does.
   * `'all'`: all of them, as `Booster.predict` does.
   */
  iterations?: 'best' | 'all';
  /** Name of the file, which errors begin with. Default `'model.json'`. */
  file?: string;
}

/** Objectives whose models are read: those that predict probabilities of classes. */
const OBJECTIVES = ['binary:logistic', 'multi:softprob', 'multi:softmax'];
/** Most columns, and most classes with those that had no rows: a damaged file asks for no more memory than this many numbers. */
const MOST_COLS = 2 ** 24;
const MOST_CLASSES = 2 ** 16;
const MOST_TREES = 2147483647;

/**
 * Reads a model that XGBoost saved as JSON (version 1.0 or later): `gbtree` or `dart` with a `binary:logistic`, `multi:softprob` or
 * `multi:softmax` objective and numerical splits. NaN is missing and takes the default directions.
 *
 * @throws ModelFormatError naming the field, for what is not such a model; ArgumentError
 */
export function readXGBoost(text: string, options: XGBoostReadOptions = {}): BoostedModel {
  const { absent = 'zero', iterations = 'best', file = 'model.json' } = options;
  if (absent !== 'zero' && absent !== 'missing') throw ArgumentError.of('absent', absent, "'zero' or 'missing'");
  if (iterations !== 'best' && iterations !== 'all')
    throw ArgumentError.of('iterations', iterations, "'best' or 'all'");
  const root = new ModelFields(file, parse(text, file));
  const objective = checkObjective(root);
  const gbtree = treesOf(root);
  const trees = gbtree.list('trees').map((tree, id) => gbtree.part(tree, `trees[${id}]`));
  const told = gbtree.whole('gbtree_model_param.num_trees', 1, MOST_TREES);
  if (told !== trees.length) throw gbtree.refuse('trees', trees, `a list of ${told}, as num_trees says`);
  trees.forEach(checkTreeKind);
  // Every round has a tree per class, which bounds the number of classes by what the file really holds.
  const outputs =
    objective === 'binary:logistic' ? 1 : root.whole('learner.learner_model_param.num_class', 2, trees.length);
  const cols = root.whole('learner.learner_model_param.num_feature', 1, MOST_COLS);
  const used = treesUsed(root, gbtree, trees.length, outputs, iterations);
  const outputOf = gbtree.wholes('tree_info', 0, outputs - 1, trees.length).slice(0, used);
  const weights = root.at('learner.gradient_booster.name') === 'dart' ? dropWeights(root, trees.length) : undefined;
  return {
    cols,
    ...classesOf(root, outputs === 1 ? 2 : outputs),
    outputs,
    baseMargins: baseMarginsOf(root, outputs),
    absent: absent === 'missing' ? NaN : 0,
    trees: trees.slice(0, used).map((tree, id) => readTree(tree, cols, weights?.[id] ?? 1)),
    outputOf,
  };
}

function checkObjective(root: ModelFields): string {
  const objective = root.text('learner.objective.name');
  if (!OBJECTIVES.includes(objective)) {
    const remedy =
      objective.startsWith('binary:') || objective.startsWith('multi:')
        ? 'train with objective="binary:logistic" or "multi:softprob", which predict probabilities'
        : 'train an XGBClassifier; models that predict no classes are not read';
    throw root.refuse('learner.objective.name', objective, OBJECTIVES.join(', '), remedy);
  }
  const targets = root.at('learner.learner_model_param.num_target');
  if (targets !== undefined && root.whole('learner.learner_model_param.num_target', 0, MOST_TREES) > 1) {
    const remedy = 'train one model per label';
    throw root.refuse('learner.learner_model_param.num_target', targets, 'one label per row', remedy);
  }
  return objective;
}

/** The part of the file that holds the trees. */
function treesOf(root: ModelFields): ModelFields {
  const booster = root.text('learner.gradient_booster.name');
  if (booster !== 'gbtree' && booster !== 'dart') {
    const remedy = 'train with booster="gbtree"; for a linear model fit LogisticRegression';
    throw root.refuse('learner.gradient_booster.name', booster, 'gbtree or dart', remedy);
  }
  const path = `learner.gradient_booster.${booster === 'dart' ? 'gbtree.' : ''}model`;
  return root.part(root.at(path), path);
}

/** How many of the trees predict. */
function treesUsed(
  root: ModelFields,
  gbtree: ModelFields,
  trees: number,
  outputs: number,
  iterations: 'best' | 'all',
): number {
  const path = 'learner.attributes.best_iteration';
  const best = iterations === 'all' ? undefined : root.at(path);
  const parallel = parallelTrees(root, gbtree, outputs, best !== undefined);
  const perRound = outputs * parallel;
  if (trees % perRound !== 0) {
    const expected = `a multiple of ${perRound}, ${parallel} for each of ${outputs} outputs`;
    throw gbtree.refuse('gbtree_model_param.num_trees', trees, expected);
  }
  if (best === undefined) return trees;
  const rounds = trees / perRound;
  const number = typeof best === 'string' && /^\d+$/.test(best) ? Number(best) : NaN;
  if (!(number < rounds)) {
    throw root.refuse(path, best, `a round from 0 to ${rounds - 1}`, "read with iterations: 'all' to use every round");
  }
  return (number + 1) * perRound;
}

/** Trees per output of a round. Versions before 1.6 do not say; then it shows in the order of the trees, or in another attribute. */
function parallelTrees(root: ModelFields, gbtree: ModelFields, outputs: number, needed: boolean): number {
  const path = 'gbtree_model_param.num_parallel_tree';
  if (gbtree.at(path) !== undefined) return gbtree.whole(path, 0, MOST_TREES) || 1;
  if (outputs > 1) return Math.max(1, gbtree.list('tree_info').indexOf(1));
  if (!needed) return 1;
  const rounds = Number(root.at('learner.attributes.best_iteration')) + 1;
  const parallel = Number(root.at('learner.attributes.best_ntree_limit')) / rounds;
  if (Number.isInteger(parallel) && parallel > 0) return parallel;
  const remedy = "load the model with XGBoost 1.6 or later and save it again, or read with iterations: 'all'";
  throw gbtree.refuse(path, undefined, 'the number of trees in a round, which early stopping needs', remedy);
}

/** What `dart` multiplies each tree by. */
function dropWeights(root: ModelFields, trees: number): Float32Array {
  return root.floats('learner.gradient_booster.weight_drop', trees);
}

function baseMarginsOf(root: ModelFields, outputs: number): Float64Array {
  const path = 'learner.learner_model_param.base_score';
  const scores = root.vector(path);
  if (scores.length !== 1 && scores.length !== outputs) {
    throw root.refuse(path, root.at(path), outputs === 1 ? 'one number' : `1 or ${outputs} numbers`);
  }
  if (outputs > 1) {
    // A constant added to every margin does nothing to a softmax.
    const same = scores.every((score) => score === scores[0]);
    return same ? new Float64Array(outputs) : Float64Array.from(scores);
  }
  const [share] = scores;
  if (!(share > 0 && share < 1)) throw root.refuse(path, root.at(path), 'a number between 0 and 1');
  return Float64Array.of(Math.log(share / (1 - share)));
}

/** The classes; those without training rows are noted in an attribute by this package. */
function classesOf(root: ModelFields, fitted: number): { classes: number; present: Int32Array } {
  const path = 'learner.attributes.geneformer_ts_classes';
  const noted = root.at(path);
  if (noted === undefined)
    return { classes: fitted, present: Int32Array.from({ length: fitted }, (_, label) => label) };
  const kept = root.part(parse(root.text(path), root.file, path), path);
  const classes = kept.whole('classes', fitted, MOST_CLASSES);
  const present = kept.wholes('present', 0, classes - 1, fitted);
  const at = present.findIndex((label, i) => i > 0 && label <= present[i - 1]);
  if (at > 0) throw kept.refuse(`present[${at}]`, present[at], `a class above ${present[at - 1]}`);
  return { classes, present };
}

function parse(text: string, file: string, field = 'the file'): unknown {
  try {
    return parseWithNaN(text);
  } catch (cause) {
    // UBJSON names the type of each length after the first brace; the format before JSON has its own first bytes.
    const binary = /^\{[$#iIlLU]|^binf|\0/.test(text.slice(0, 1000));
    const found = binary ? "XGBoost's binary format" : 'text that is not JSON';
    const remedy = "load it in Python and save it with booster.save_model('model.json')";
    throw new ModelFormatError(file, field, found, 'JSON', remedy, { cause });
  }
}

/** XGBoost writes NaN and infinity as such, which JSON does not have. They become null, which every field refuses by its name. */
function parseWithNaN(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replace(/(?<=[[,:] ?)(?:NaN|-?Infinity)(?= ?[\],}])/g, 'null'));
  }
}
