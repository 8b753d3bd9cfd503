import { type DenseMatrix, type Matrix, toDense } from '@geneformer-ts/core';

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
  const distances = squaredDistances(toDense(from), toDense(to));
  if (options.kernel !== 'knn') {
    const { gamma = 20 } = options;
    return distances.map((distance) => Math.exp(-gamma * distance));
  }
  const { nNeighbors = 7 } = options;
  const ties = new Float64Array(distances.length);
  for (let row = 0; row < from.rows; row++) {
    const start = row * to.rows;
    const nearest = Int32Array.from({ length: to.rows }, (_, j) => j).sort(
      (a, b) => distances[start + a] - distances[start + b] || a - b,
    );
    for (const j of nearest.subarray(0, nNeighbors)) ties[start + j] = 1;
  }
  return ties;
}
