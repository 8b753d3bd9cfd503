/** The linear model that is pretrained on the same unlabeled cells as the transformer: one vector per gene, one sum per cell. */
import { DiagonalDiscriminants, PCA } from '@geneformer-ts/analysis';
import type { CsrMatrix, DenseMatrix } from '@geneformer-ts/baselines';
import type { Cells } from '@geneformer-ts/model';
import { DataError } from '../errors.js';

/**
 * Returns log(1 + counts per 10,000) of tokenized cells, cells × vocabulary.
 * @throws DataError when the cells have no counts
 */
export function levelsOf({ inputIds, offsets, counts }: Cells, cols: number): CsrMatrix {
  if (!counts) throw new DataError('cells', 'counts', 'not kept; set tokenize.keepCounts to true');
  const rows = offsets.length - 1;
  const indices = new Int32Array(inputIds.length);
  const data = new Float32Array(inputIds.length);
  for (let row = 0; row < rows; row++) {
    const order = Array.from({ length: offsets[row + 1] - offsets[row] }, (_, at) => offsets[row] + at);
    order.sort((a, b) => inputIds[a] - inputIds[b]);
    order.forEach((from, at) => {
      indices[offsets[row] + at] = inputIds[from];
      data[offsets[row] + at] = Math.log1p(counts[from]);
    });
  }
  return { rows, cols, indptr: Int32Array.from(offsets), indices, data };
}

/**
 * Returns vectors of genes, vocabulary × width: linear discriminants between the profiles from which the cells are drawn, or principal
 * components where profiles are unknown. Each column has a mean square of 1. Columns beyond what the cells allow are 0.
 *
 * @param profiles profile of each cell, as codes
 */
export function linearVectors(levels: CsrMatrix, width: number, profiles?: Int32Array): DenseMatrix {
  const found = profiles
    ? new DiagonalDiscriminants({ nComponents: width }).fit(levels, profiles).weights
    : components(levels, width);
  if (found.cols === width) return found;
  const data = new Float32Array(found.rows * width);
  for (let gene = 0; gene < found.rows; gene++) {
    data.set(found.data.subarray(gene * found.cols, (gene + 1) * found.cols), gene * width);
  }
  return { rows: found.rows, cols: width, data };
}

function components(levels: CsrMatrix, width: number): DenseMatrix {
  const axes = new PCA({ nComponents: width, iteratedPower: 4 }).fit(levels).components;
  const data = new Float32Array(levels.cols * axes.length);
  axes.forEach((axis, i) => {
    const length = Math.sqrt(axis.reduce((sum, value) => sum + value ** 2, 0) / axis.length);
    axis.forEach((value, gene) => (data[gene * axes.length + i] = length > 0 ? value / length : 0));
  });
  return { rows: levels.cols, cols: axes.length, data };
}

/** Returns the scores of cells, cells × width: sums of the vectors of their genes times their levels. */
export function linearScores({ rows, indptr, indices, data }: CsrMatrix, vectors: DenseMatrix): DenseMatrix {
  const { cols } = vectors;
  const scores = new Float32Array(rows * cols);
  for (let row = 0; row < rows; row++) {
    for (let at = indptr[row]; at < indptr[row + 1]; at++) {
      const from = indices[at] * cols;
      for (let i = 0; i < cols; i++) scores[row * cols + i] += data[at] * vectors.data[from + i];
    }
  }
  return { rows, cols, data: scores };
}
