import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import type { BoostedModel } from '../trees/boosted-trees.js';
import { ModelFormatError } from '../errors.js';
import { ModelFields } from './model-fields.js';
import { checkTreeKind, readTree } from './read-xgboost-tree.js';

/** Options of {@link XGBClassifier.fromXGBoost}. */
export interface XGBoostReadOptions {
  /**
   * Meaning of values that a sparse matrix does not store: `'zero'`, as everywhere in this package, or `'missing'`, as in XGBoost with
   * `scipy.sparse` matrices; use it for models trained on such a matrix. Stored zeros and zeros of dense features are always values,
   * and NaN is always missing. Default `'zero'`.
   */
  absent?: 'zero' | 'missing';
  /**
   * Boosting rounds used for prediction: `'best'`, up to `best_iteration` if early stopping set it, as in `XGBClassifier`, or `'all'`,
   * as in `Booster.predict`. Default `'best'`.
   */
  iterations?: 'best' | 'all';
  /** File name for error messages. Default `'model.json'`. */
  file?: string;
}

const known: OptionNames<XGBoostReadOptions> = { absent: true, iterations: true, file: true };

/** Supported objectives: those that predict class probabilities. */
const OBJECTIVES = ['binary:logistic', 'multi:softprob', 'multi:softmax'];
/** Maximum number of columns, and of classes including those without rows. They limit the memory that a damaged file can request. */
const MAX_COLS = 2 ** 24;
const MAX_CLASSES = 2 ** 16;
const MAX_TREES = 2147483647;

/**
 * Reads a model that XGBoost 1.0 or later saved as JSON: `gbtree` or `dart` with numerical splits and a `binary:logistic`,
 * `multi:softprob` or `multi:softmax` objective. NaN is a missing value and follows the default directions.
 *
 * @throws ModelFormatError with the field name for a damaged or unsupported model, ArgumentError
 */
export function readXGBoost(text: string, options: XGBoostReadOptions = {}): BoostedModel {
  checkOptions('fromXGBoost', options, known);
  const { absent = 'zero', iterations = 'best', file = 'model.json' } = options;
  if (absent !== 'zero' && absent !== 'missing') throw ArgumentError.of('absent', absent, "'zero' or 'missing'");
  if (iterations !== 'best' && iterations !== 'all')
    throw ArgumentError.of('iterations', iterations, "'best' or 'all'");
  const root = new ModelFields(file, parse(text, file));
  const objective = checkObjective(root);
  const gbtree = treesOf(root);
  const trees = gbtree.list('trees').map((tree, id) => gbtree.part(tree, `trees[${id}]`));
  const declared = gbtree.integer('gbtree_model_param.num_trees', 1, MAX_TREES);
  if (declared !== trees.length) throw gbtree.error('trees', trees, `a list of ${declared}, the value of num_trees`);
  trees.forEach(checkTreeKind);
  // Every round has one tree per class, so the number of trees limits the number of classes.
  const outputs =
    objective === 'binary:logistic' ? 1 : root.integer('learner.learner_model_param.num_class', 2, trees.length);
  const cols = root.integer('learner.learner_model_param.num_feature', 1, MAX_COLS);
  const used = treesUsed(root, gbtree, trees.length, outputs, iterations);
  const outputOf = gbtree.integers('tree_info', 0, outputs - 1, trees.length).slice(0, used);
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
  const objective = root.string('learner.objective.name');
  if (!OBJECTIVES.includes(objective)) {
    const remedy =
      objective.startsWith('binary:') || objective.startsWith('multi:')
        ? 'train with objective="binary:logistic" or "multi:softprob", which predict probabilities'
        : 'train an XGBClassifier; only models that predict classes are supported';
    throw root.error('learner.objective.name', objective, OBJECTIVES.join(', '), remedy);
  }
  const targets = root.at('learner.learner_model_param.num_target');
  if (targets !== undefined && root.integer('learner.learner_model_param.num_target', 0, MAX_TREES) > 1) {
    const remedy = 'train one model per label';
    throw root.error('learner.learner_model_param.num_target', targets, 'one label per row', remedy);
  }
  return objective;
}

/** Returns the part of the file with the trees. */
function treesOf(root: ModelFields): ModelFields {
  const booster = root.string('learner.gradient_booster.name');
  if (booster !== 'gbtree' && booster !== 'dart') {
    const remedy = 'train with booster="gbtree"; for a linear model fit LogisticRegression';
    throw root.error('learner.gradient_booster.name', booster, 'gbtree or dart', remedy);
  }
  const path = `learner.gradient_booster.${booster === 'dart' ? 'gbtree.' : ''}model`;
  return root.part(root.at(path), path);
}

/** Returns the number of trees used for prediction. */
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
    throw gbtree.error('gbtree_model_param.num_trees', trees, expected);
  }
  if (best === undefined) return trees;
  const rounds = trees / perRound;
  const number = typeof best === 'string' && /^\d+$/.test(best) ? Number(best) : NaN;
  if (!(number < rounds)) {
    throw root.error(path, best, `a round from 0 to ${rounds - 1}`, "read with iterations: 'all' to use every round");
  }
  return (number + 1) * perRound;
}

/** Returns the trees per output and round; for XGBoost before 1.6 it derives them from the order of the trees or another attribute. */
function parallelTrees(root: ModelFields, gbtree: ModelFields, outputs: number, needed: boolean): number {
  const path = 'gbtree_model_param.num_parallel_tree';
  if (gbtree.at(path) !== undefined) return gbtree.integer(path, 0, MAX_TREES) || 1;
  if (outputs > 1) return Math.max(1, gbtree.list('tree_info').indexOf(1));
  if (!needed) return 1;
  const rounds = Number(root.at('learner.attributes.best_iteration')) + 1;
  const parallel = Number(root.at('learner.attributes.best_ntree_limit')) / rounds;
  if (Number.isInteger(parallel) && parallel > 0) return parallel;
  const remedy = "load the model with XGBoost 1.6 or later and save it again, or read with iterations: 'all'";
  throw gbtree.error(path, undefined, 'the number of trees per round, needed after early stopping', remedy);
}

/** Returns the weight of each tree of a `dart` model. */
function dropWeights(root: ModelFields, trees: number): Float32Array {
  return root.floats('learner.gradient_booster.weight_drop', trees);
}

function baseMarginsOf(root: ModelFields, outputs: number): Float64Array {
  const path = 'learner.learner_model_param.base_score';
  const scores = root.vector(path);
  if (scores.length !== 1 && scores.length !== outputs) {
    throw root.error(path, root.at(path), outputs === 1 ? 'one number' : `1 or ${outputs} numbers`);
  }
  if (outputs > 1) {
    // A constant added to every margin does not change the softmax.
    const same = scores.every((score) => score === scores[0]);
    return same ? new Float64Array(outputs) : Float64Array.from(scores);
  }
  const [share] = scores;
  if (!(share > 0 && share < 1)) throw root.error(path, root.at(path), 'a number between 0 and 1');
  return Float64Array.of(Math.log(share / (1 - share)));
}

/** Returns the number of classes and those with training rows, which this package stores in an attribute when some have none. */
function classesOf(root: ModelFields, fitted: number): { classes: number; present: Int32Array } {
  const path = 'learner.attributes.geneformer_ts_classes';
  if (root.at(path) === undefined)
    return { classes: fitted, present: Int32Array.from({ length: fitted }, (_, label) => label) };
  const stored = root.part(parse(root.string(path), root.file, path), path);
  const classes = stored.integer('classes', fitted, MAX_CLASSES);
  const present = stored.integers('present', 0, classes - 1, fitted);
  const at = present.findIndex((label, i) => i > 0 && label <= present[i - 1]);
  if (at > 0) throw stored.error(`present[${at}]`, present[at], `a class above ${present[at - 1]}`);
  return { classes, present };
}

function parse(text: string, file: string, field = 'the file'): unknown {
  try {
    return parseWithNaN(text);
  } catch (cause) {
    // UBJSON has a type marker after the first brace; the older binary format has its own first bytes.
    const binary = /^\{[$#iIlLU]|^binf|\0/.test(text.slice(0, 1000));
    const found = binary ? "XGBoost's binary format" : 'text that is not JSON';
    const remedy = "load it in Python and save it with booster.save_model('model.json')";
    throw new ModelFormatError(file, field, found, 'JSON', remedy, { cause });
  }
}

/** Parses JSON with NaN and Infinity, which XGBoost writes. They become null, so that the check of the field reports them. */
function parseWithNaN(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replace(/(?<=[[,:] ?)(?:NaN|-?Infinity)(?= ?[\],}])/g, 'null'));
  }
}
