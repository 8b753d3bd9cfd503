import { NearestNeighbors } from '@geneformer-ts/analysis';
import { toDense, type DenseMatrix, type Matrix } from '@geneformer-ts/core';

/** Returns the squared Euclidean distances, rows of A × rows of B. */
function squaredDistances(A: DenseMatrix, B: DenseMatrix): Float64Array {
  const { cols } = A;
  const distances = new Float64Array(A.rows * B.rows);
  for (let i = 0; i < A.rows; i++) {
    const a = A.data.subarray(i * cols, (i + 1) * cols);
    for (let j = 0; j < B.rows; j++) distances[i * B.rows + j] = squaredDistance(a, B.data, j * cols);
  }
  return distances;
}

function squaredDistance(a: Float32Array, b: Float32Array, offset: number): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) {
    const difference = a[c] - b[offset + c];
    sum += difference * difference;
  }
  return sum;
}

/** Edge weights between rows, as in scikit-learn's `LabelPropagation`. */
export type AffinityOptions =
  | {
      /** exp(-gamma × squared distance) between all rows. */
      kernel?: 'rbf';
      /** Default 20, as in scikit-learn, for features between 0 and 1; try 1 / columns for standardized features. */
      gamma?: number;
    }
  | {
      /** 1 for the nearest rows, including the row itself, and 0 for all others. */
      kernel: 'knn';
      /** Number of neighbors. Default 7. */
      nNeighbors?: number;
    };

/** Returns the edge weights from each row of `from` to the rows of `to`, rows of `from` × rows of `to`. */
export function affinity(from: Matrix, to: Matrix, options: AffinityOptions): Float64Array {
  const [queries, known] = [toDense(from), toDense(to)];
  if (options.kernel !== 'knn') {
    const { gamma = 20 } = options;
    return squaredDistances(queries, known).map((distance) => Math.exp(-gamma * distance));
  }
  const { nNeighbors = 7 } = options;
  const { k, indices } = new NearestNeighbors({ nNeighbors }).fit(known).kneighbors(queries);
  const weights = new Float64Array(from.rows * to.rows);
  indices.forEach((nearest, i) => (weights[Math.floor(i / k) * to.rows + nearest] = 1));
  return weights;
}
