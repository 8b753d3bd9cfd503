import { binFeatures, checkMaxBins, type BinnedMatrix } from './bins.js';
import type { BoostedModel } from './boosted-model.js';
import {
  argmaxRows,
  checkCount,
  checkFitted,
  checkPositive,
  checkTraining,
  type Classifier,
  type Progress,
} from './classifier.js';
import { Crew } from './crew.js';
import { compactClasses, probabilitiesOf } from './class-set.js';
import { NotFittedError, OptionError } from './errors.js';
import { treeColumns, type TreeColumn } from './listed-columns.js';
import { GradientSplitter } from './gradient-splitter.js';
import { growTree, type GrownTree } from './grow-tree.js';
import type { Matrix } from './matrix.js';
import { readXGBoost } from './read-xgboost.js';
import { drawToFront, seededDraw, type Draw } from './random.js';
import { derivativesOf } from './softmax-derivatives.js';
import { eachRow, featureImportances, leafOf, type Tree } from './tree.js';
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
  /** Default 0. Used only with `subsample` or `colsampleByTree` below 1. */
  seed?: number;
  onProgress?: Progress;
}

/**
 * Gradient-boosted trees with XGBoost's objective (Chen and Guestrin 2016): logistic loss for two classes and softmax for more,
 * second-order gain, lambda, alpha, gamma and minimum child weight, trees grown depth by depth on histograms.
 * A class without training rows gets probability 0. Without subsampling nothing is random.
 */
export class GradientBoostingClassifier implements Classifier {
  private state: BoostedModel | undefined;

  constructor(private readonly options: GradientBoostingOptions = {}) {
    checkCount('nEstimators', options.nEstimators ?? 100);
    checkCount('maxDepth', options.maxDepth ?? 6);
    checkPositive('learningRate', options.learningRate ?? 0.3);
    checkShare('subsample', options.subsample ?? 1);
    checkShare('colsampleByTree', options.colsampleByTree ?? 1);
    for (const name of ['regLambda', 'regAlpha', 'gamma', 'minChildWeight'] as const) {
      if (!((options[name] ?? 0) >= 0)) throw new OptionError(name, options[name], 'a number of at least 0');
    }
    checkMaxBins(options.maxBins ?? 64);
  }

  /** @throws ShapeError, ValueError, OneClassError, OptionError */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    const { nEstimators = 100, maxBins = 64, onProgress, seed = 0 } = this.options;
    const counts = checkTraining('GradientBoostingClassifier', X, y, classes);
    const { present, compact } = compactClasses(y, counts);
    const outputs = present.length === 2 ? 1 : present.length;
    const crew = new Crew(1);
    const binned = binFeatures(X, maxBins, crew);
    const columns = treeColumns(binned);
    const trees: Tree[] = [];
    const margins = new Float64Array(outputs * X.rows);
    for (let round = 0; round < nEstimators; round++) {
      const draw = seededDraw(seed, round);
      const sample = this.sampleRows(X.rows, draw);
      const derivatives = derivativesOf(margins, compact, outputs);
      for (let k = 0; k < outputs; k++) {
        const ofOutput = derivatives.subarray(2 * k * X.rows, 2 * (k + 1) * X.rows);
        const grown = this.growOne(binned, columns, ofOutput, sample.slice(), draw);
        addToMargins(grown, binned, margins.subarray(k * X.rows, (k + 1) * X.rows));
        trees.push(grown.tree);
      }
      onProgress?.({ stage: 'gradient boosting', done: round + 1, total: nEstimators, unit: 'rounds' });
    }
    const outputOf = Int32Array.from(trees, (_, t) => t % outputs);
    this.state = { cols: X.cols, classes, present, outputs, baseMargin: 0, trees, outputOf };
    return this;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predictProba(X: Matrix): Float32Array {
    const model = checkFitted('GradientBoostingClassifier', this.state, X);
    const { classes, present, outputs, trees, outputOf } = model;
    const margins = new Float64Array(outputs * X.rows).fill(model.baseMargin);
    eachRow(X, (row, values, offset) => {
      for (let t = 0; t < trees.length; t++) {
        const tree = trees[t]!;
        margins[outputOf[t]! * X.rows + row]! += tree.value[leafOf(tree, values, offset)]!;
      }
    });
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
   * A model that XGBoost saved as JSON: boosted trees for classification with numerical splits.
   *
   * @throws ModelFormatError
   */
  static fromXGBoost(json: string): GradientBoostingClassifier {
    const model = new GradientBoostingClassifier();
    model.state = readXGBoost(json);
    return model;
  }

  private growOne(
    binned: BinnedMatrix,
    columns: readonly TreeColumn[],
    derivatives: Float64Array,
    rows: Int32Array,
    draw: Draw,
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
    const features = this.sampleColumns(binned.cols, draw);
    const splitter = new GradientSplitter(binned, columns, derivatives, features, penalty, learningRate);
    return growTree(binned, rows, splitter, maxDepth);
  }

  /** Each row with probability `subsample`, as XGBoost draws them; all rows when none is drawn. */
  private sampleRows(count: number, draw: Draw): Int32Array {
    const { subsample = 1 } = this.options;
    const all = Int32Array.from({ length: count }, (_, row) => row);
    if (subsample === 1) return all;
    const sampled = all.filter(() => draw(0x4000_0000) < subsample * 0x4000_0000);
    return sampled.length > 0 ? sampled : all;
  }

  private sampleColumns(cols: number, draw: Draw): Int32Array {
    const { colsampleByTree = 1 } = this.options;
    const all = Int32Array.from({ length: cols }, (_, col) => col);
    if (colsampleByTree === 1) return all;
    const count = Math.max(1, Math.floor(colsampleByTree * cols));
    drawToFront(all, count, draw);
    return all.subarray(0, count).sort();
  }
}

function addToMargins({ tree, bin }: GrownTree, binned: BinnedMatrix, margins: Float64Array): void {
  const { feature, left, value } = tree;
  for (let row = 0; row < margins.length; row++) {
    let node = 0;
    while (feature[node]! >= 0) {
      node = left[node]! + (binned.bins[feature[node]! * binned.rows + row]! <= bin[node]! ? 0 : 1);
    }
    margins[row]! += value[node]!;
  }
}

function checkShare(option: string, value: number): void {
  if (!(value > 0 && value <= 1)) throw new OptionError(option, value, 'a number above 0 and at most 1');
}
