import { below, type DenseMatrix, randomStream } from '@geneformer-ts/core';

/** Returns a matrix of values from -1 to 1; `zeros` is the share of values that are 0. */
export function randomMatrix(rows: number, cols: number, seed: number, zeros = 0): DenseMatrix {
  const random = randomStream(seed, 0);
  const data = new Float32Array(rows * cols).map(() =>
    below(random, 1000) < zeros * 1000 ? 0 : below(random, 2001) / 1000 - 1,
  );
  return { rows, cols, data };
}
