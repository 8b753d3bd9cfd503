import {
  ArgumentError,
  checkMatrix,
  checkOptions,
  type DenseMatrix,
  type OptionNames,
  seededRandom,
} from '@geneformer-ts/core';
import { checkCount } from '../errors.js';

/** Options of {@link kMeans}; names are scikit-learn's. */
export interface KMeansOptions {
  /** Number of clusters, at most the number of rows. */
  nClusters: number;
  /** Starts; the one with the least sum of squares is returned. Default 10. */
  nInit?: number;
  /** Most iterations per start. Default 100. */
  maxIter?: number;
  /** Seed of the starts. Default 0. */
  randomState?: number;
}

const known: OptionNames<KMeansOptions> = { nClusters: true, nInit: true, maxIter: true, randomState: true };

/** Clusters of rows. */
export interface Clusters {
  /** Cluster of each row. */
  labels: Int32Array;
  /** Sum of squared distances to the centers. */
  inertia: number;
}

/**
 * Clusters rows by Lloyd's algorithm from k-means++ starts (Arthur and Vassilvitskii, SODA 2007).
 *
 * @throws ArgumentError, ShapeError, ValueError
 * @example
 * kMeans({ rows: 4, cols: 1, data: Float32Array.of(0, 1, 10, 11) }, { nClusters: 2 }).inertia; // 1
 */
export function kMeans(X: DenseMatrix, options: KMeansOptions): Clusters {
  checkOptions('kMeans', options, known);
  const { nClusters, nInit = 10, maxIter = 100, randomState = 0 } = options;
  checkMatrix(X);
  checkCount('nClusters', nClusters);
  checkCount('nInit', nInit);
  checkCount('maxIter', maxIter);
  if (nClusters > X.rows) throw ArgumentError.of('nClusters', nClusters, `at most ${X.rows}, the number of rows`);
  const random = seededRandom(randomState);
  let best: Clusters | undefined;
  for (let start = 0; start < nInit; start++) {
    const found = lloyd(X, plusPlus(X, nClusters, random), nClusters, maxIter);
    if (best === undefined || found.inertia < best.inertia) best = found;
  }
  return best as Clusters;
}

/** Draws rows as first centers, each with a probability that grows with its squared distance to those drawn before. */
function plusPlus(X: DenseMatrix, clusters: number, random: () => number): Float64Array {
  const { rows, cols, data } = X;
  const centers = new Float64Array(clusters * cols);
  const nearest = new Float64Array(rows).fill(Infinity);
  let row = Math.floor(random() * rows);
  for (let cluster = 0; cluster < clusters; cluster++) {
    centers.set(data.subarray(row * cols, (row + 1) * cols), cluster * cols);
    let sum = 0;
    for (let other = 0; other < rows; other++) {
      nearest[other] = Math.min(nearest[other], squaredDistance(X, other, centers, cluster));
      sum += nearest[other];
    }
    let left = random() * sum;
    row = 0;
    while (row < rows - 1 && (left -= nearest[row]) > 0) row++;
  }
  return centers;
}

function lloyd(X: DenseMatrix, centers: Float64Array, clusters: number, maxIter: number): Clusters {
  const { rows, cols, data } = X;
  const labels = new Int32Array(rows).fill(-1);
  let inertia = 0;
  for (let iteration = 0; iteration < maxIter; iteration++) {
    let moved = 0;
    inertia = 0;
    for (let row = 0; row < rows; row++) {
      let [best, least] = [0, Infinity];
      for (let cluster = 0; cluster < clusters; cluster++) {
        const distance = squaredDistance(X, row, centers, cluster);
        if (distance < least) [best, least] = [cluster, distance];
      }
      if (labels[row] !== best) moved++;
      labels[row] = best;
      inertia += least;
    }
    if (moved === 0) break;
    const sizes = new Float64Array(clusters);
    const sums = new Float64Array(clusters * cols);
    labels.forEach((label, row) => {
      sizes[label]++;
      for (let col = 0; col < cols; col++) sums[label * cols + col] += data[row * cols + col];
    });
    // A cluster that lost all its rows keeps its center.
    sums.forEach((sum, at) => {
      const size = sizes[Math.floor(at / cols)];
      if (size > 0) centers[at] = sum / size;
    });
  }
  return { labels, inertia };
}

function squaredDistance({ cols, data }: DenseMatrix, row: number, centers: Float64Array, cluster: number): number {
  let sum = 0;
  for (let col = 0; col < cols; col++) sum += (data[row * cols + col] - centers[cluster * cols + col]) ** 2;
  return sum;
}
