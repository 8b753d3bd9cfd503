import {
  ArgumentError,
  checkMatrix,
  checkOptions,
  type DenseMatrix,
  type OptionNames,
  randomStream,
  shuffle,
} from '@geneformer-ts/core';
import { checkCount } from '../errors.js';
import { kMeans } from './k-means.js';
import { MixedClusters, normalizedRows } from './mixed-clusters.js';

/** Options of {@link harmony}; defaults are those of the paper. */
export interface HarmonyOptions {
  /** Clusters. Default: one per 30 rows, at most 100. */
  nClusters?: number;
  /** Strength with which clusters avoid to be of one batch; 0 ignores batches. Default 2. */
  theta?: number;
  /** Width of the soft clusters; default 0.1. */
  sigma?: number;
  /** Ridge penalty of the corrections; default 1. */
  lambda?: number;
  /** Most rounds of clustering and correction; default 10. */
  maxIter?: number;
  /** Seed of the first clusters and of the order of updates; default 0. */
  randomState?: number;
  /** Stops between rounds, with its reason. */
  signal?: AbortSignal;
}

const known: OptionNames<HarmonyOptions> = {
  nClusters: true,
  theta: true,
  sigma: true,
  lambda: true,
  maxIter: true,
  randomState: true,
  signal: true,
};

const ROWS_PER_CLUSTER = 30;
const MOST_CLUSTERS = 100;
/** A round that lowers the objective by a smaller share is the last one. */
const TOLERANCE = 1e-4;

/** What harmonizing starts from. */
export interface HarmonyStart {
  /** First cluster of each row. */
  clusters: Int32Array;
  nClusters: number;
  /** Returns the order in which the rows are updated, anew for each update. */
  order: () => Int32Array;
}

/**
 * Corrects vectors for batches with Harmony (Korsunsky et al., Nature Methods 16:1289, 2019): rows are clustered so that clusters
 * have rows of all batches, and the mean difference of each batch in each cluster is subtracted.
 *
 * @param X rows × cols, such as principal components of cells
 * @param batches batch of each row, whole numbers from 0
 * @returns rows × cols
 * @throws ArgumentError, ShapeError, ValueError; the reason of the signal
 * @example
 * const X = { rows: 4, cols: 2, data: Float32Array.of(1, 0, 1, 1, 3, 0, 3, 1) }; // rows 2 and 3 are of another batch
 * harmony(X, Int32Array.of(0, 0, 1, 1), { nClusters: 1 }).data.map(Math.round); // Float32Array [2, 0, 2, 1, 2, 0, 2, 1]
 */
export function harmony(X: DenseMatrix, batches: Int32Array, options: HarmonyOptions = {}): DenseMatrix {
  checkOptions('harmony', options, known);
  checkMatrix(X);
  const { randomState = 0 } = options;
  const usual = Math.min(MOST_CLUSTERS, Math.max(1, Math.round(X.rows / ROWS_PER_CLUSTER)));
  const { nClusters = usual } = options;
  checkCount('nClusters', nClusters);
  if (batches.length !== X.rows) {
    throw new ArgumentError('batches', `has ${batches.length} values for ${X.rows} rows`, 'give one batch per row');
  }
  const wrong = batches.find((batch) => batch < 0);
  if (wrong !== undefined) throw ArgumentError.of('batches', wrong, 'whole numbers from 0');
  const unit = normalizedRows(X.data, X.cols);
  const points = { rows: X.rows, cols: X.cols, data: Float32Array.from(unit) };
  const random = randomStream(randomState, 1);
  return harmonyFrom(X, batches, options, {
    clusters: kMeans(points, { nClusters, nInit: 3, maxIter: 25, randomState }).labels,
    nClusters,
    order: () => shuffle(Int32Array.from(batches.keys()), random),
  });
}

/** {@link harmony} from given clusters, with a given order of updates. */
export function harmonyFrom(
  X: DenseMatrix,
  batches: Int32Array,
  { theta = 2, sigma = 0.1, lambda = 1, maxIter = 10, signal }: HarmonyOptions,
  { clusters, nClusters, order }: HarmonyStart,
): DenseMatrix {
  checkCount('maxIter', maxIter);
  for (const [name, value, least] of [
    ['theta', theta, 0],
    ['sigma', sigma, Number.MIN_VALUE],
    ['lambda', lambda, Number.MIN_VALUE],
  ] as const) {
    if (!(value >= least && value < Infinity)) {
      throw ArgumentError.of(name, value, least === 0 ? 'a number from 0' : 'a number above 0');
    }
  }
  const { rows, cols } = X;
  const start = Float64Array.from(X.data);
  const mixed = new MixedClusters(batches, nClusters, { theta, sigma });
  let objective = mixed.start(normalizedRows(start, cols), cols, clusters);
  let corrected: Float64Array = start;
  for (let round = 0; round < maxIter; round++) {
    signal?.throwIfAborted();
    const found = mixed.update(normalizedRows(corrected, cols), cols, order);
    corrected = correct(start, cols, batches, mixed, lambda);
    if ((objective - found) / Math.abs(objective) < TOLERANCE) break;
    objective = found;
  }
  return { rows, cols, data: Float32Array.from(corrected) };
}

/**
 * Subtracts from each row the difference of its batch in each cluster, weighted by its share in the cluster. The differences
 * are those of a ridge regression on an intercept, which has no penalty, and one indicator per batch. With indicators that do not
 * overlap its normal equations have a closed solution.
 */
function correct(
  start: Float64Array,
  cols: number,
  batches: Int32Array,
  { shares, clusters, batchCount }: MixedClusters,
  lambda: number,
): Float64Array {
  const corrected = start.slice();
  const sums = new Float64Array(batchCount * cols);
  const weights = new Float64Array(batchCount);
  for (let cluster = 0; cluster < clusters; cluster++) {
    sums.fill(0);
    weights.fill(0);
    batches.forEach((batch, row) => {
      const share = shares[row * clusters + cluster];
      weights[batch] += share;
      for (let col = 0; col < cols; col++) sums[batch * cols + col] += share * start[row * cols + col];
    });
    const weightSum = weights.reduce((sum, weight) => sum + weight / (weight + lambda), 0);
    for (let col = 0; col < cols; col++) {
      let intercept = 0;
      weights.forEach((weight, batch) => (intercept += sums[batch * cols + col] / (weight + lambda) / weightSum));
      weights.forEach((weight, batch) => {
        const at = batch * cols + col;
        sums[at] = (sums[at] - weight * intercept) / (weight + lambda);
      });
    }
    batches.forEach((batch, row) => {
      const share = shares[row * clusters + cluster];
      for (let col = 0; col < cols; col++) corrected[row * cols + col] -= share * sums[batch * cols + col];
    });
  }
  return corrected;
}
