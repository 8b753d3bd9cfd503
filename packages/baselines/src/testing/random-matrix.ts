import { type DenseMatrix, seededDraw } from '@geneformer-ts/analysis';

/** Values from -1 to 1, the given share of them 0. */
export function randomMatrix(rows: number, cols: number, seed: number, zeros = 0): DenseMatrix {
  const draw = seededDraw(seed);
  const data = new Float32Array(rows * cols).map(() => (draw(1000) < zeros * 1000 ? 0 : draw(2001) / 1000 - 1));
  return { rows, cols, data };
}
