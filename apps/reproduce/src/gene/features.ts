/** Computes the features of genes for classical classifiers. Each number comes from the gene's own row, so nothing is learned from other genes. */
import type { DenseMatrix } from '@geneformer-ts/baselines';
import type { GeneBaselineParams } from '../stages/gene.params.js';

/** Genes × cells. */
export interface GeneMatrices {
  /** log(1 + counts per 10,000). */
  levels: DenseMatrix;
  /** Scaled rank: 1 for the first gene of a cell, decreasing to 0 at the maximum length and where the gene is absent. */
  ranks: DenseMatrix;
}

export function geneFeatures(
  { levels, ranks }: GeneMatrices,
  kind: GeneBaselineParams['features'],
  cells: readonly number[],
): DenseMatrix {
  if (kind === 'simple') return simple(levels, ranks, cells);
  return overCells(kind === 'levels' ? levels : ranks, cells);
}

function simple(levels: DenseMatrix, ranks: DenseMatrix, cells: readonly number[]): DenseMatrix {
  const data = new Float32Array(levels.rows * 6);
  for (let gene = 0; gene < levels.rows; gene++) {
    let [detected, level, ranked, rank] = [0, 0, 0, 0];
    for (const cell of cells) {
      const own = levels.data[gene * levels.cols + cell];
      const place = ranks.data[gene * ranks.cols + cell];
      if (own > 0) detected++;
      if (place > 0) ranked++;
      level += own;
      rank += place;
    }
    const n = cells.length;
    const values = [detected / n, level / n, level / (detected || 1), ranked / n, rank / n, rank / (ranked || 1)];
    data.set(values, gene * 6);
  }
  return { rows: levels.rows, cols: 6, data };
}

/** Standardizes each gene's values over the cells to mean 0 and standard deviation 1: the product of two rows is then their correlation. */
function overCells(matrix: DenseMatrix, cells: readonly number[]): DenseMatrix {
  const cols = cells.length;
  const data = new Float32Array(matrix.rows * cols);
  for (let gene = 0; gene < matrix.rows; gene++) {
    let [sum, squares] = [0, 0];
    for (const cell of cells) {
      const value = matrix.data[gene * matrix.cols + cell];
      sum += value;
      squares += value * value;
    }
    const mean = sum / cols;
    const spread = Math.sqrt(Math.max(0, squares / cols - mean * mean)) || 1;
    cells.forEach((cell, at) => {
      data[gene * cols + at] = (matrix.data[gene * matrix.cols + cell] - mean) / spread;
    });
  }
  return { rows: matrix.rows, cols, data };
}
