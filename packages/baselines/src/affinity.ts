import { NearestNeighbors } from '@geneformer-ts/analysis';
import { toDense, type DenseMatrix, type Matrix } from '@geneformer-ts/core';

/** Squared Euclidean distance of each row of A to each row of B, rows of A × rows of B. */
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

/** How rows are tied to one another. */
export type AffinityOptions =
  | {
      /** exp(-gamma × squared distance): every row is tied to every other. */
      kernel?: 'rbf';
      /** Default 20, scikit-learn's, which suits features of unit range; try 1 / columns for standardised ones. */
      gamma?: number;
    }
  | {
      /** 1 for the nearest rows, the row itself among them, and 0 for the others. */
      kernel: 'knn';
      /** Default 7. */
      nNeighbors?: number;
    };

/** Ties of each row of `from` to the rows of `to`, rows of from × rows of to. */
export function affinity(from: Matrix, to: Matrix, options: AffinityOptions): Float64Array {
  const [asked, known] = [toDense(from), toDense(to)];
  if (options.kernel !== 'knn') {
    const { gamma = 20 } = options;
    return squaredDistances(asked, known).map((distance) => Math.exp(-gamma * distance));
  }
  const { nNeighbors = 7 } = options;
  const { k, indices } = new NearestNeighbors({ nNeighbors }).fit(known).kneighbors(asked);
  const ties = new Float64Array(from.rows * to.rows);
  indices.forEach((nearest, i) => (ties[Math.floor(i / k) * to.rows + nearest] = 1));
  return ties;
}
