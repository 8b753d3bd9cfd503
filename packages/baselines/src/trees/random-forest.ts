import { checkCount, eachRow } from '@geneformer-ts/analysis';
import { checkChoice, checkOptions, type Matrix, type OptionNames, type Progress } from '@geneformer-ts/core';
import { LabeledClassifier } from '../labeled-classifier.js';
import { MAX_BINS } from './binned-matrix.js';
import { binFeatures, checkMaxBins } from './bin-columns.js';
import { checkFitted, checkShared, checkTraining } from '../classifier.js';
import { classWeights, type ClassWeight } from '../labels.js';
import { fitThreads } from '../threads/fit-threads.js';
import { NotFittedError } from '../errors.js';
import type { ForestJob } from './forest-tree.js';
import { listColumns, ROWS_PER_CHUNK } from './bin-layouts.js';
import { featureImportances, leafOf, type Tree } from './tree.js';

/** Options of {@link RandomForestClassifier}; names and defaults are scikit-learn's. */
export interface RandomForestOptions {
  /** Number of trees. Default 100. */
  nEstimators?: number;
  /** Maximum depth of a tree. Default none. */
  maxDepth?: number;
  /** Minimum number of rows of a node that is split. Default 2. */
  minSamplesSplit?: number;
  /** Minimum number of rows on each side of a split. Default 1. */
  minSamplesLeaf?: number;
  /** Number of features tried per split, or the square root or base-2 logarithm of their number. Default `'sqrt'`. */
  maxFeatures?: 'sqrt' | 'log2' | number;
  /** Grow each tree on rows drawn with replacement. Default true. */
  bootstrap?: boolean;
  /** `'balanced'` gives every class the same total weight. Default none. */
  classWeight?: ClassWeight;
  /** Maximum number of bins per feature, at most 256. Default 256. */
  maxBins?: number;
  /** Number of threads; the trees are the same for any number. Default 1. */
  nJobs?: number;
  /** Seed. Default 0. */
  randomState?: number;
  onProgress?: Progress;
}

const known: OptionNames<RandomForestOptions> = {
  nEstimators: true,
  maxDepth: true,
  minSamplesSplit: true,
  minSamplesLeaf: true,
  maxFeatures: true,
  bootstrap: true,
  classWeight: true,
  maxBins: true,
  nJobs: true,
  randomState: true,
  onProgress: true,
};

interface ForestState {
  cols: number;
  classes: number;
  trees: Tree[];
}

/**
 * Random forest of classification trees (Breiman 2001), as scikit-learn's `RandomForestClassifier`: Gini impurity, bootstrap, √columns
 * features per split, unlimited depth, probabilities averaged over the class shares of the leaves. Unlike in scikit-learn, splits are
 * between bins ({@link RandomForestOptions.maxBins}), not between all values. Tree `i` depends only on the seed and `i`.
 *
 * ```ts
 * const X = { rows: 4, cols: 1, data: Float32Array.of(0, 1, 8, 9) };
 * const forest = new RandomForestClassifier({ nEstimators: 10 }).fit(X, ['cTEC', 'cTEC', 'mTEC', 'mTEC']);
 * forest.predict(X); // ['cTEC', 'cTEC', 'mTEC', 'mTEC']
 * ```
 */
export class RandomForestClassifier extends LabeledClassifier {
  private state: ForestState | undefined;

  constructor(private readonly options: RandomForestOptions = {}) {
    super();
    checkOptions('RandomForestClassifier', options, known);
    checkCount('nEstimators', options.nEstimators ?? 100);
    checkCount('minSamplesSplit', options.minSamplesSplit ?? 2, 2);
    checkCount('minSamplesLeaf', options.minSamplesLeaf ?? 1);
    checkCount('maxDepth', options.maxDepth ?? 1);
    checkMaxBins(options.maxBins ?? MAX_BINS);
    checkShared(options);
    if (typeof options.maxFeatures === 'number') checkCount('maxFeatures', options.maxFeatures);
    else checkChoice('maxFeatures', options.maxFeatures ?? 'sqrt', ['sqrt', 'log2']);
  }

  /** @throws ShapeError, ValueError, OneClassError, ArgumentError */
  protected fitEncoded(X: Matrix, y: Int32Array, classes: number): void {
    const { nEstimators = 100, maxBins = MAX_BINS, nJobs = 1, classWeight, onProgress } = this.options;
    const counts = checkTraining('RandomForestClassifier', X, y, classes);
    const threads = fitThreads(nJobs);
    try {
      const binned = binFeatures(X, maxBins, threads);
      const rowBins = threads.allocate(Uint8Array, X.rows * X.cols);
      threads.open('transpose-bins', { binned, rowBins }).run(Math.ceil(X.rows / ROWS_PER_CHUNK));
      const listed = listColumns(binned, threads);
      const weightOf = classWeights(y, counts.length, classWeight);
      const trees = threads
        .open('forest-tree', { binned, rowBins, listed, y, weightOf, ...this.job(X.cols) })
        .run(nEstimators, (done) => onProgress?.({ stage: 'random forest', done, total: nEstimators, unit: 'trees' }));
      this.state = { cols: X.cols, classes, trees };
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
    const { classes, trees } = checkFitted('RandomForestClassifier', this.state, X);
    const probabilities = new Float32Array(X.rows * classes);
    const sums = new Float64Array(classes);
    eachRow(X, (row, values, offset) => {
      sums.fill(0);
      for (const tree of trees) {
        const leaf = leafOf(tree, values, offset) * classes;
        for (let label = 0; label < classes; label++) sums[label] += tree.value[leaf + label];
      }
      for (let label = 0; label < classes; label++) probabilities[row * classes + label] = sums[label] / trees.length;
    });
    return probabilities;
  }

  /** Each column's share of the total decrease in Gini impurity; the shares sum to 1. */
  get featureImportances(): Float64Array {
    if (!this.state) throw new NotFittedError('RandomForestClassifier');
    return featureImportances(this.state.trees, this.state.cols);
  }

  private job(cols: number): Pick<ForestJob, 'limits' | 'maxDepth' | 'bootstrap' | 'seed'> {
    const {
      maxDepth = Infinity,
      minSamplesSplit = 2,
      minSamplesLeaf = 1,
      bootstrap = true,
      randomState = 0,
    } = this.options;
    return {
      limits: { maxFeatures: this.featuresPerSplit(cols), minSamplesSplit, minSamplesLeaf },
      maxDepth,
      bootstrap,
      seed: randomState,
    };
  }

  private featuresPerSplit(cols: number): number {
    const { maxFeatures = 'sqrt' } = this.options;
    if (maxFeatures === 'sqrt') return Math.max(1, Math.floor(Math.sqrt(cols)));
    if (maxFeatures === 'log2') return Math.max(1, Math.floor(Math.log2(cols)));
    return Math.min(maxFeatures, cols);
  }
}
