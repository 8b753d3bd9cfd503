import { binFeatures, checkMaxBins, MOST_BINS, type BinnedMatrix } from './bins.js';
import { argmaxRows, checkCount, checkFitted, checkTraining, type Classifier, type Progress } from './classifier.js';
import { classWeights, type ClassWeight } from './class-set.js';
import { NotFittedError } from './errors.js';
import { GiniSplitter } from './gini-splitter.js';
import { growTree } from './grow-tree.js';
import { treeColumns, type TreeColumn } from './listed-columns.js';
import type { Matrix } from './matrix.js';
import { seededDraw } from './random.js';
import { eachRow, featureImportances, leafOf, type Tree } from './tree.js';

/** Options of {@link RandomForestClassifier}; names and defaults are scikit-learn's. */
export interface RandomForestOptions {
  /** Number of trees. Default 100. */
  nEstimators?: number;
  /** Depth at which a tree stops. Default none. */
  maxDepth?: number;
  /** Rows a node must hold to be split. Default 2. */
  minSamplesSplit?: number;
  /** Rows each side of a split must hold. Default 1. */
  minSamplesLeaf?: number;
  /** Features drawn for a split: their number, or the square root or logarithm of all of them. Default `'sqrt'`. */
  maxFeatures?: 'sqrt' | 'log2' | number;
  /** Grow each tree on rows drawn with replacement. Default true. */
  bootstrap?: boolean;
  /** `'balanced'` weighs every class the same however many rows it has. Default none. */
  classWeight?: ClassWeight;
  /** Bins a feature is cut into, at most 256. Default 256. */
  maxBins?: number;
  /** scikit-learn's `random_state`. Default 0. */
  seed?: number;
  onProgress?: Progress;
}

interface ForestState {
  cols: number;
  classes: number;
  trees: Tree[];
}

/**
 * Random forest of classification trees (Breiman 2001) with scikit-learn's conventions: Gini impurity, bootstrap, √columns features a
 * split, trees grown out, probabilities averaged over the leaves' class shares. Splits are sought between the bins of
 * {@link RandomForestOptions.maxBins} and not between all values. Tree `i` depends on the seed and `i` only.
 */
export class RandomForestClassifier implements Classifier {
  private state: ForestState | undefined;

  constructor(private readonly options: RandomForestOptions = {}) {
    checkCount('nEstimators', options.nEstimators ?? 100);
    checkCount('minSamplesSplit', options.minSamplesSplit ?? 2, 2);
    checkCount('minSamplesLeaf', options.minSamplesLeaf ?? 1);
    checkCount('maxDepth', options.maxDepth ?? 1);
    checkMaxBins(options.maxBins ?? MOST_BINS);
    if (typeof options.maxFeatures === 'number') checkCount('maxFeatures', options.maxFeatures);
  }

  /** @throws ShapeError, ValueError, OneClassError, OptionError */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    const { nEstimators = 100, maxBins = MOST_BINS, classWeight, onProgress } = this.options;
    const counts = checkTraining('RandomForestClassifier', X, y, classes);
    const weightOf = classWeights(y, counts.length, classWeight);
    const binned = binFeatures(X, maxBins);
    const columns = treeColumns(binned);
    const trees: Tree[] = [];
    while (trees.length < nEstimators) {
      trees.push(this.growOne(binned, columns, y, weightOf, trees.length));
      onProgress?.({ stage: 'random forest', done: trees.length, total: nEstimators, unit: 'trees' });
    }
    this.state = { cols: X.cols, classes, trees };
    return this;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predictProba(X: Matrix): Float32Array {
    const { classes, trees } = checkFitted('RandomForestClassifier', this.state, X);
    const probabilities = new Float32Array(X.rows * classes);
    const sums = new Float64Array(classes);
    eachRow(X, (row, values, offset) => {
      sums.fill(0);
      for (const tree of trees) {
        const leaf = leafOf(tree, values, offset) * classes;
        for (let label = 0; label < classes; label++) sums[label]! += tree.value[leaf + label]!;
      }
      for (let label = 0; label < classes; label++) probabilities[row * classes + label] = sums[label]! / trees.length;
    });
    return probabilities;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }

  /** Share of the decrease in Gini impurity that each column brought; sums to 1. */
  get featureImportances(): Float64Array {
    if (!this.state) throw new NotFittedError('RandomForestClassifier');
    return featureImportances(this.state.trees, this.state.cols);
  }

  private growOne(
    binned: BinnedMatrix,
    columns: readonly TreeColumn[],
    y: Int32Array,
    weightOf: Float64Array,
    index: number,
  ): Tree {
    const { maxDepth = Infinity, minSamplesSplit = 2, minSamplesLeaf = 1, bootstrap = true, seed = 0 } = this.options;
    const draw = seededDraw(seed, index);
    const weights = new Float64Array(binned.rows);
    for (let i = 0; i < binned.rows; i++) {
      const row = bootstrap ? draw(binned.rows) : i;
      weights[row]! += weightOf[y[row]!]!;
    }
    const rows = Int32Array.from(weights.keys()).filter((row) => weights[row]! > 0);
    const sample = { y, weights, classes: weightOf.length };
    const limits = { maxFeatures: this.featuresPerSplit(binned.cols), minSamplesSplit, minSamplesLeaf };
    const splitter = new GiniSplitter(binned, columns, sample, limits, draw);
    return growTree(binned, rows, splitter, maxDepth).tree;
  }

  private featuresPerSplit(cols: number): number {
    const { maxFeatures = 'sqrt' } = this.options;
    if (maxFeatures === 'sqrt') return Math.max(1, Math.floor(Math.sqrt(cols)));
    if (maxFeatures === 'log2') return Math.max(1, Math.floor(Math.log2(cols)));
    return Math.min(maxFeatures, cols);
  }
}
