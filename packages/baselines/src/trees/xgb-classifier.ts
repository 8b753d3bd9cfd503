import { checkCount } from '@geneformer-ts/analysis';
import {
  classNumbers,
  encodeLabels,
  LabeledClassifier,
  sortedClasses,
  type FittedOn,
  type Label,
} from '../labeled-classifier.js';
import {
  ArgumentError,
  below,
  checkOptions,
  drawToFront,
  type Matrix,
  type OptionNames,
  type Progress,
  type Random,
  randomStream,
} from '@geneformer-ts/core';
import { binFeatures, checkMaxBins } from './bin-columns.js';
import { addToMargins, predictMargins, sendMissingWithZero, type BoostedModel } from './boosted-trees.js';
import { checkFinite, checkFitted, checkPositive, checkShared, checkTraining } from '../classifier.js';
import { compactClasses, probabilitiesOf } from '../labels.js';
import { fitThreads } from '../threads/fit-threads.js';
import type { OpenTask } from '@geneformer-ts/core/node';
import {
  derivativesOf,
  EarlyStopping,
  type EvaluationSet,
  type LabeledRows,
  repeated,
  startingMargins,
} from './boosting-loss.js';
import { NotFittedError } from '../errors.js';
import { GradientSplitter } from './gradient-splitter.js';
import { growTree, type GrownTree } from './grow-tree.js';
import { listColumns } from './bin-layouts.js';
import { readXGBoost, type XGBoostReadOptions } from '../formats/read-xgboost.js';
import { type SplitSearch, startSearch } from './split-search.js';
import { featureImportances, type Tree } from './tree.js';
import { writeXGBoost } from '../formats/write-xgboost.js';

/** Options of {@link XGBClassifier}; names and defaults are those of XGBoost's `XGBClassifier`. */
export interface XGBClassifierOptions {
  /** Number of boosting rounds; each grows one tree per class, or one tree for two classes. Default 100. */
  nEstimators?: number;
  /** Factor of the leaf values (eta). Default 0.3. */
  learningRate?: number;
  /** Maximum depth of a tree. Default 6. */
  maxDepth?: number;
  /** L2 penalty of leaf values. Default 1. */
  regLambda?: number;
  /** L1 penalty of leaf values. Default 0. */
  regAlpha?: number;
  /** Minimum gain of a split, as in XGBoost's histogram method. Default 0. */
  gamma?: number;
  /** Minimum sum of second derivatives in a leaf. Default 1. */
  minChildWeight?: number;
  /** Share of rows per round. Default 1. */
  subsample?: number;
  /** Share of columns per tree. Default 1. */
  colsampleBytree?: number;
  /** Maximum number of bins per feature, at most 256. Default 64: the time grows with it, and the accuracy rarely does. */
  maxBin?: number;
  /**
   * Probability from which boosting starts: that of the second class of two, or the same one for each of several. Default: the share of
   * each class in the training rows, as in XGBoost 3.1 and newer; 0.5 is the default of XGBoost 1.
   */
  baseScore?: number;
  /** Stop after this many rounds without a lower loss on the evaluation rows, and keep the rounds up to the best one. Default never. */
  earlyStoppingRounds?: number;
  /** Number of threads; the trees are the same for any number. Default 1. */
  nJobs?: number;
  /** Seed, used only with `subsample` or `colsampleBytree` below 1. Default 0. */
  randomState?: number;
  onProgress?: Progress;
}

const known: OptionNames<XGBClassifierOptions> = {
  nEstimators: true,
  learningRate: true,
  maxDepth: true,
  regLambda: true,
  regAlpha: true,
  gamma: true,
  minChildWeight: true,
  subsample: true,
  colsampleBytree: true,
  maxBin: true,
  baseScore: true,
  earlyStoppingRounds: true,
  nJobs: true,
  randomState: true,
  onProgress: true,
};

/**
 * Gradient-boosted trees with XGBoost's objective (Chen and Guestrin 2016): logistic loss for two classes, softmax for more, and trees
 * grown by depth on histograms. NaN is a missing value; each split learns its direction. A class without training rows gets probability
 * 0. Without subsampling the fit is deterministic.
 *
 * ```ts
 * const X = { rows: 6, cols: 1, data: Float32Array.of(0, 1, 2, 7, 8, NaN) };
 * const model = new XGBClassifier({ nEstimators: 10, minChildWeight: 0 });
 * model.fit(X, ['cTEC', 'cTEC', 'cTEC', 'mTEC', 'mTEC', 'mTEC']).predict(X);
 * // ['cTEC', 'cTEC', 'cTEC', 'mTEC', 'mTEC', 'mTEC']
 * ```
 */
export class XGBClassifier extends LabeledClassifier {
  private state: BoostedModel | undefined;
  private evaluation: EvaluationSet | undefined;
  /** Loss on the evaluation rows after each round of the last fit; empty without evaluation rows. */
  evaluationLoss: number[] = [];

  constructor(private readonly options: XGBClassifierOptions = {}) {
    super();
    checkOptions('XGBClassifier', options, known);
    checkCount('nEstimators', options.nEstimators ?? 100);
    checkCount('maxDepth', options.maxDepth ?? 6);
    checkPositive('learningRate', options.learningRate ?? 0.3);
    checkShare('subsample', options.subsample ?? 1);
    checkShare('colsampleBytree', options.colsampleBytree ?? 1);
    const { baseScore = 0.5 } = options;
    if (!(baseScore > 0 && baseScore < 1)) throw ArgumentError.of('baseScore', baseScore, 'a number between 0 and 1');
    for (const name of ['regLambda', 'regAlpha', 'gamma', 'minChildWeight'] as const) {
      checkFinite(name, options[name] ?? 0, 0);
    }
    checkMaxBins(options.maxBin ?? 64, 'maxBin');
    checkShared(options);
    checkCount('earlyStoppingRounds', options.earlyStoppingRounds ?? 1);
  }

  /**
   * Fits the model on class numbers.
   *
   * @param y class of each row, 0 to classes - 1
   * @param classes number of classes
   * @param evaluation held-out rows; their loss after each round is in `evaluationLoss` and can stop the fit
   * @throws ShapeError, ValueError, OneClassError, ArgumentError
   */
  override fit(X: Matrix, y: Int32Array, classes: number, evaluation?: EvaluationSet): this;
  /**
   * Fits the model on class names.
   *
   * @param y label of each row, all strings or all numbers
   * @param evaluation held-out rows, with labels that the training rows have
   * @throws ShapeError, ValueError, OneClassError, ArgumentError
   */
  override fit<L extends Label>(X: Matrix, y: readonly L[], evaluation?: LabeledRows<L>): FittedOn<L> & this;
  override fit(
    X: Matrix,
    y: Int32Array | readonly Label[],
    classes?: number | LabeledRows<Label>,
    evaluation?: EvaluationSet,
  ): this {
    const named = typeof classes !== 'number';
    const labeled =
      named && classes ? { X: classes.X, y: encodeLabels(classes.y, sortedClasses(y), 'evaluation.y') } : undefined;
    this.evaluation = named ? labeled : evaluation;
    try {
      return named ? super.fit(X, y as readonly Label[]) : super.fit(X, y as Int32Array, classes);
    } finally {
      this.evaluation = undefined;
    }
  }

  protected fitEncoded(X: Matrix, y: Int32Array, classes: number): void {
    const { nEstimators = 100, maxBin = 64, maxDepth = 6, nJobs = 1, onProgress, randomState = 0 } = this.options;
    const counts = checkTraining('XGBClassifier', X, y, classes, 'missing');
    const { present, compact } = compactClasses(y, counts);
    const outputs = present.length === 2 ? 1 : present.length;
    const baseMargins = startingMargins(counts, this.options.baseScore);
    const stopping = this.watch(X, counts, baseMargins);
    const threads = fitThreads(nJobs);
    try {
      const binned = binFeatures(X, maxBin, threads);
      const search = startSearch(binned, listColumns(binned, threads), maxDepth, threads);
      const task = threads.open('search-splits', search);
      const trees: Tree[] = [];
      const margins = repeated(baseMargins, X.rows);
      for (let round = 0; round < nEstimators; round++) {
        const random = randomStream(randomState, round);
        const sample = this.sampleRows(X.rows, random);
        const derivatives = derivativesOf(margins, compact, outputs);
        for (let k = 0; k < outputs; k++) {
          const ofOutput = derivatives.subarray(2 * k * X.rows, 2 * (k + 1) * X.rows);
          const grown = this.growOne(search, task, ofOutput, sample.slice(), random);
          addToMargins(grown, binned, margins.subarray(k * X.rows, (k + 1) * X.rows));
          trees.push(grown.tree);
        }
        onProgress?.({ stage: 'gradient boosting', done: round + 1, total: nEstimators, unit: 'rounds' });
        if (stopping?.isOver(trees.slice(-outputs))) break;
      }
      this.evaluationLoss = stopping?.losses ?? [];
      if (stopping && this.options.earlyStoppingRounds) trees.length = (stopping.best + 1) * outputs;
      const outputOf = Int32Array.from(trees, (_, t) => t % outputs);
      this.state = { cols: X.cols, classes, present, outputs, baseMargins, absent: 0, trees, outputOf };
    } finally {
      threads.release();
    }
  }

  /**
   * Returns class probabilities, rows × classes.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  predictProba(X: Matrix): Float32Array {
    const model = checkFitted('XGBClassifier', this.state, X, 'missing');
    return probabilitiesOf(predictMargins(model, X), X.rows, model.classes, model.present);
  }

  /** Each column's share of the total gain; the shares sum to 1, or are all 0 when no tree has a split. */
  get featureImportances(): Float64Array {
    if (!this.state) throw new NotFittedError('XGBClassifier');
    return featureImportances(this.state.trees, this.state.cols);
  }

  /**
   * Returns the fitted model in XGBoost's JSON format, for a file that `Booster.load_model` reads.
   *
   * @throws NotFittedError
   */
  toXGBoost(): string {
    if (!this.state) throw new NotFittedError('XGBClassifier');
    return writeXGBoost(this.state);
  }

  /**
   * Reads a model that XGBoost saved as JSON: boosted trees for classification with numerical splits. Predictions equal those of
   * `XGBClassifier.predict_proba`, which uses the rounds up to the best one after early stopping.
   *
   * @param json text of the file
   * @throws ModelFormatError, ArgumentError
   * @example
   * const json = await readFile('model.json', 'utf8');
   * const model = XGBClassifier.fromXGBoost(json, { absent: 'missing' }); // trained on a scipy.sparse matrix
   */
  static fromXGBoost(json: string, options: XGBoostReadOptions = {}): XGBClassifier {
    const model = new XGBClassifier();
    model.state = readXGBoost(json, options);
    model.classes_ = classNumbers(model.state.classes);
    return model;
  }

  private watch(X: Matrix, counts: Int32Array, baseMargins: Float64Array): EarlyStopping | undefined {
    const { evaluation } = this;
    const { earlyStoppingRounds } = this.options;
    if (evaluation) return new EarlyStopping(evaluation, X.cols, counts, baseMargins, earlyStoppingRounds);
    if (earlyStoppingRounds === undefined) return undefined;
    throw new ArgumentError('earlyStoppingRounds', 'needs an evaluation set', 'call fit(X, y, classes, { X, y })');
  }

  private growOne(
    search: SplitSearch,
    task: OpenTask<void>,
    derivatives: Float64Array,
    rows: Int32Array,
    random: Random,
  ): GrownTree {
    const {
      learningRate = 0.3,
      regLambda = 1,
      regAlpha = 0,
      gamma = 0,
      minChildWeight = 1,
      maxDepth = 6,
    } = this.options;
    const penalty = { lambda: regLambda, alpha: regAlpha, gamma, minChildWeight };
    const features = this.sampleColumns(search.binned.cols, random);
    const splitter = new GradientSplitter(search, task, derivatives, features, penalty, learningRate);
    const grown = growTree(search.binned, rows, splitter, maxDepth);
    if (search.binned.missing.every((bin) => bin < 0)) sendMissingWithZero(grown.tree);
    return grown;
  }

  /** Draws each row with probability `subsample`, as XGBoost does; returns all rows when none is drawn. */
  private sampleRows(count: number, random: Random): Int32Array {
    const { subsample = 1 } = this.options;
    const all = Int32Array.from({ length: count }, (_, row) => row);
    if (subsample === 1) return all;
    const sampled = all.filter(() => below(random, 0x4000_0000) < subsample * 0x4000_0000);
    return sampled.length > 0 ? sampled : all;
  }

  private sampleColumns(cols: number, random: Random): Int32Array {
    const { colsampleBytree = 1 } = this.options;
    const all = Int32Array.from({ length: cols }, (_, col) => col);
    if (colsampleBytree === 1) return all;
    const count = Math.max(1, Math.floor(colsampleBytree * cols));
    drawToFront(all, count, random);
    return all.subarray(0, count).sort();
  }
}

function checkShare(option: string, value: number): void {
  if (!(value > 0 && value <= 1)) throw ArgumentError.of(option, value, 'a number above 0 and at most 1');
}
