import { checkCount, eachRow } from '@geneformer-ts/analysis';
import {
  ArgumentError,
  below,
  drawToFront,
  type Matrix,
  type Progress,
  type Random,
  randomStream,
} from '@geneformer-ts/core';
import type { BinnedMatrix } from './binned-matrix.js';
import { binFeatures, checkMaxBins } from './bins.js';
import type { BoostedModel } from './boosted-model.js';
import { argmaxRows, checkFitted, checkPositive, checkTraining, type Classifier } from './classifier.js';
import { compactClasses, probabilitiesOf } from './class-set.js';
import { Crew, type OpenTask } from './crew.js';
import { EarlyStopping, type EvaluationSet } from './early-stopping.js';
import { NotFittedError } from './errors.js';
import { GradientSplitter } from './gradient-splitter.js';
import { growTree, type GrownTree } from './grow-tree.js';
import { listColumns } from './list-columns.js';
import { readXGBoost, type XGBoostReadOptions } from './read-xgboost.js';
import { derivativesOf } from './softmax-derivatives.js';
import type { SplitSearch } from './split-search.js';
import { startSearch } from './start-search.js';
import { featureImportances, leafOf, type Tree } from './tree.js';
import { writeXGBoost } from './write-xgboost.js';

/** Options of {@link GradientBoostingClassifier}; names and defaults are those of XGBoost's `XGBClassifier`. */
export interface GradientBoostingOptions {
  /** Boosting rounds; each grows one tree for two classes, else one a class. Default 100. */
  nEstimators?: number;
  /** Share of each tree's values that is added (eta). Default 0.3. */
  learningRate?: number;
  /** Default 6. */
  maxDepth?: number;
  /** L2 penalty of leaf values. Default 1. */
  regLambda?: number;
  /** L1 penalty of leaf values. Default 0. */
  regAlpha?: number;
  /** Gain that a split must bring to be made, as in XGBoost's histogram method. Default 0. */
  gamma?: number;
  /** Least sum of second derivatives in a leaf. Default 1. */
  minChildWeight?: number;
  /** Share of the rows that a round learns from. Default 1. */
  subsample?: number;
  /** Share of the columns that a tree may use. Default 1. */
  colsampleByTree?: number;
  /** Bins a feature is cut into, at most 256. Default 64: finer bins cost time in proportion and seldom change the accuracy. */
  maxBins?: number;
  /** Stop when the loss on the evaluation rows has not fallen for so many rounds, and keep the rounds up to its least. Default: never. */
  earlyStoppingRounds?: number;
  /** Threads that look for splits; the trees are the same for any number. XGBoost's `nthread`. Default 1. */
  threads?: number;
  /** Default 0. Used only with `subsample` or `colsampleByTree` below 1. */
  seed?: number;
  onProgress?: Progress;
}

/**
 * Gradient-boosted trees with XGBoost's objective (Chen and Guestrin 2016): logistic loss for two classes and softmax for more,
 * second-order gain, lambda, alpha, gamma and minimum child weight, trees grown depth by depth on histograms.
 * NaN is a missing value: each split learns the side that missing values go to. A class without training rows gets probability 0.
 * Without subsampling nothing is random.
 */
export class GradientBoostingClassifier implements Classifier {
  private state: BoostedModel | undefined;
  /** Loss on the evaluation rows after each round of the last fit; empty when it was given none. */
  evaluationLoss: number[] = [];

  constructor(private readonly options: GradientBoostingOptions = {}) {
    checkCount('nEstimators', options.nEstimators ?? 100);
    checkCount('maxDepth', options.maxDepth ?? 6);
    checkPositive('learningRate', options.learningRate ?? 0.3);
    checkShare('subsample', options.subsample ?? 1);
    checkShare('colsampleByTree', options.colsampleByTree ?? 1);
    for (const name of ['regLambda', 'regAlpha', 'gamma', 'minChildWeight'] as const) {
      if (!((options[name] ?? 0) >= 0)) throw ArgumentError.of(name, options[name], 'a number of at least 0');
    }
    checkMaxBins(options.maxBins ?? 64);
    checkCount('threads', options.threads ?? 1);
    checkCount('earlyStoppingRounds', options.earlyStoppingRounds ?? 1);
  }

  /**
   * @param evaluation rows that are not trained on; their loss after each round is kept, and may stop the fit
   * @throws ShapeError, ValueError, OneClassError, ArgumentError
   */
  fit(X: Matrix, y: Int32Array, classes: number, evaluation?: EvaluationSet): this {
    const { nEstimators = 100, maxBins = 64, maxDepth = 6, threads = 1, onProgress, seed = 0 } = this.options;
    const counts = checkTraining('GradientBoostingClassifier', X, y, classes, 'missing');
    const stopping = this.watch(X, counts, evaluation);
    const { present, compact } = compactClasses(y, counts);
    const outputs = present.length === 2 ? 1 : present.length;
    const crew = Crew.hire(threads);
    try {
      const binned = binFeatures(X, maxBins, crew);
      const search = startSearch(binned, listColumns(binned, crew), maxDepth, crew);
      const task = crew.open('search-splits', search);
      const trees: Tree[] = [];
      const margins = new Float64Array(outputs * X.rows);
      for (let round = 0; round < nEstimators; round++) {
        const random = randomStream(seed, round);
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
      const baseMargins = new Float64Array(outputs);
      this.state = { cols: X.cols, classes, present, outputs, baseMargins, absent: 0, trees, outputOf };
    } finally {
      crew.dismiss();
    }
    return this;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predictProba(X: Matrix): Float32Array {
    const model = checkFitted('GradientBoostingClassifier', this.state, X, 'missing');
    const { classes, present, outputs, trees, outputOf } = model;
    const margins = new Float64Array(outputs * X.rows);
    model.baseMargins.forEach((margin, k) => margins.fill(margin, k * X.rows, (k + 1) * X.rows));
    eachRow(
      X,
      (row, values, offset) => {
        for (let t = 0; t < trees.length; t++) {
          const tree = trees[t];
          margins[outputOf[t] * X.rows + row] += tree.value[leafOf(tree, values, offset)];
        }
      },
      model.absent,
    );
    return probabilitiesOf(margins, X.rows, classes, present);
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }

  /** Share of the whole gain that each column brought; sums to 1. */
  get featureImportances(): Float64Array {
    if (!this.state) throw new NotFittedError('GradientBoostingClassifier');
    return featureImportances(this.state.trees, this.state.cols);
  }

  /**
   * The fitted model as XGBoost's JSON, to be written to a file and loaded with `Booster.load_model`.
   *
   * @throws NotFittedError
   */
  toXGBoost(): string {
    if (!this.state) throw new NotFittedError('GradientBoostingClassifier');
    return writeXGBoost(this.state);
  }

  /**
   * Reads a model that XGBoost saved as JSON: boosted trees for classification with numerical splits. It predicts what
   * `XGBClassifier.predict_proba` does, which after early stopping uses the rounds up to the best one.
   *
   * @param json text of the file
   * @throws ModelFormatError, ArgumentError
   * @example
   * const json = await readFile('model.json', 'utf8');
   * const model = GradientBoostingClassifier.fromXGBoost(json, { absent: 'missing' }); // trained on a scipy.sparse matrix
   */
  static fromXGBoost(json: string, options: XGBoostReadOptions = {}): GradientBoostingClassifier {
    const model = new GradientBoostingClassifier();
    model.state = readXGBoost(json, options);
    return model;
  }

  private watch(X: Matrix, counts: Int32Array, evaluation: EvaluationSet | undefined): EarlyStopping | undefined {
    const { earlyStoppingRounds } = this.options;
    if (evaluation) return new EarlyStopping(evaluation, X.cols, counts, earlyStoppingRounds);
    if (earlyStoppingRounds === undefined) return undefined;
    throw new ArgumentError('earlyStoppingRounds', 'needs evaluation rows', 'call fit(X, y, classes, { X, y })');
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

  /** Each row with probability `subsample`, as XGBoost draws them; all rows when none is drawn. */
  private sampleRows(count: number, random: Random): Int32Array {
    const { subsample = 1 } = this.options;
    const all = Int32Array.from({ length: count }, (_, row) => row);
    if (subsample === 1) return all;
    const sampled = all.filter(() => below(random, 0x4000_0000) < subsample * 0x4000_0000);
    return sampled.length > 0 ? sampled : all;
  }

  private sampleColumns(cols: number, random: Random): Int32Array {
    const { colsampleByTree = 1 } = this.options;
    const all = Int32Array.from({ length: cols }, (_, col) => col);
    if (colsampleByTree === 1) return all;
    const count = Math.max(1, Math.floor(colsampleByTree * cols));
    drawToFront(all, count, random);
    return all.subarray(0, count).sort();
  }
}

/** Without missing values to learn from, a missing one is taken for a zero, which is what a sparse matrix does not store. */
function sendMissingWithZero({ feature, threshold, missingLeft }: Tree): void {
  for (let node = 0; node < feature.length; node++) {
    missingLeft[node] = feature[node] >= 0 && threshold[node] >= 0 ? 1 : 0;
  }
}

function addToMargins({ tree, bin }: GrownTree, binned: BinnedMatrix, margins: Float64Array): void {
  const { feature, left, value, missingLeft } = tree;
  const { bins, missing, rows } = binned;
  for (let row = 0; row < margins.length; row++) {
    let node = 0;
    for (let tested = feature[0]; tested >= 0; tested = feature[node]!) {
      const own = bins[tested * rows + row];
      const goesLeft = own <= bin[node] || (missingLeft[node] === 1 && own === missing[tested]);
      node = left[node] + (goesLeft ? 0 : 1);
    }
    margins[row] += value[node];
  }
}

function checkShare(option: string, value: number): void {
  if (!(value > 0 && value <= 1)) throw ArgumentError.of(option, value, 'a number above 0 and at most 1');
}
