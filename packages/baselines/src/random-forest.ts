import { checkCount, eachRow } from '@geneformer-ts/analysis';
import type { Matrix, Progress } from '@geneformer-ts/core';
import { MOST_BINS } from './binned-matrix.js';
import { binFeatures, checkMaxBins } from './bins.js';
import { argmaxRows, checkFitted, checkTraining, type Classifier } from './classifier.js';
import { classWeights, type ClassWeight } from './class-set.js';
import { Crew } from './crew.js';
import { NotFittedError } from './errors.js';
import type { ForestJob } from './forest-tree.js';
import { listColumns } from './list-columns.js';
import { ROWS_A_CHUNK } from './row-bins.js';
import { featureImportances, leafOf, type Tree } from './tree.js';

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
  /** Threads that grow trees; the trees are the same for any number. scikit-learn's `n_jobs`. Default 1. */
  threads?: number;
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
    checkCount('threads', options.threads ?? 1);
    if (typeof options.maxFeatures === 'number') checkCount('maxFeatures', options.maxFeatures);
  }

  /** @throws ShapeError, ValueError, OneClassError, ArgumentError */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    const { nEstimators = 100, maxBins = MOST_BINS, threads = 1, classWeight, onProgress } = this.options;
    const counts = checkTraining('RandomForestClassifier', X, y, classes);
    const crew = Crew.hire(threads);
    try {
      const binned = binFeatures(X, maxBins, crew);
      const rowBins = crew.allocate(Uint8Array, X.rows * X.cols);
      crew.open('turn-bins', { binned, rowBins }).run(Math.ceil(X.rows / ROWS_A_CHUNK));
      const listed = listColumns(binned, crew);
      const weightOf = classWeights(y, counts.length, classWeight);
      const trees = crew
        .open('forest-tree', { binned, rowBins, listed, y, weightOf, ...this.job(X.cols) })
        .run(nEstimators, (done) => onProgress?.({ stage: 'random forest', done, total: nEstimators, unit: 'trees' }));
      this.state = { cols: X.cols, classes, trees };
    } finally {
      crew.dismiss();
    }
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
        for (let label = 0; label < classes; label++) sums[label] += tree.value[leaf + label];
      }
      for (let label = 0; label < classes; label++) probabilities[row * classes + label] = sums[label] / trees.length;
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

  private job(cols: number): Pick<ForestJob, 'limits' | 'maxDepth' | 'bootstrap' | 'seed'> {
    const { maxDepth = Infinity, minSamplesSplit = 2, minSamplesLeaf = 1, bootstrap = true, seed = 0 } = this.options;
    return {
      limits: { maxFeatures: this.featuresPerSplit(cols), minSamplesSplit, minSamplesLeaf },
      maxDepth,
      bootstrap,
      seed,
    };
  }

  private featuresPerSplit(cols: number): number {
    const { maxFeatures = 'sqrt' } = this.options;
    if (maxFeatures === 'sqrt') return Math.max(1, Math.floor(Math.sqrt(cols)));
    if (maxFeatures === 'log2') return Math.max(1, Math.floor(Math.log2(cols)));
    return Math.min(maxFeatures, cols);
  }
}
