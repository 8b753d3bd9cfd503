import { ArgumentError, type CsrMatrix, type Matrix, toSparse } from '@geneformer-ts/core';

const MEAN_BINS = 20;

/**
 * Returns the columns of the `n` most variable genes for their mean level, in ascending order.
 *
 * The method is Seurat's dispersion as scanpy runs it (`highly_variable_genes(flavor='seurat')`): variance over mean of
 * the values before the logarithm; its logarithm is standardized among the genes of similar mean, in 20 bins of equal
 * width. Genes never seen come last, genes that tie come in column order. Choose genes on training rows only.
 *
 * @param X log(1 + x) of normalized counts, as {@link log1pCp10k} gives them
 * @param n number of genes; all if there are fewer
 * @throws ArgumentError when n is not a whole number of at least 1, or X has fewer than 2 rows
 */
export function highlyVariableGenes(X: Matrix, n: number): Int32Array {
  if (!Number.isInteger(n) || n < 1) throw ArgumentError.of('n', n, 'a whole number of at least 1');
  if (X.rows < 2) throw ArgumentError.of('X.rows', X.rows, 'at least 2 cells, for a variance');
  const score = normalizedDispersion(toSparse(X));
  const best = Int32Array.from(score.keys()).sort((a, b) => score[b] - score[a] || a - b);
  return best.subarray(0, n).slice().sort();
}

/** Standardized log dispersion of each column; -MAX_VALUE where it has none, so that differences stay numbers. */
function normalizedDispersion(X: CsrMatrix): Float64Array {
  const { mean, dispersion } = logMeanAndDispersion(X);
  let low = Infinity;
  let high = -Infinity;
  for (const value of mean) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const binOf = (value: number) => {
    // Bins are closed on the right, as pandas.cut's are; the lowest mean belongs to the first.
    const bin = Math.ceil(((value - low) / (high - low)) * MEAN_BINS) - 1;
    return Number.isNaN(bin) || bin < 0 ? 0 : Math.min(bin, MEAN_BINS - 1);
  };

  const count = new Float64Array(MEAN_BINS);
  const sum = new Float64Array(MEAN_BINS);
  const squares = new Float64Array(MEAN_BINS);
  const each = (visit: (bin: number, value: number, col: number) => void) =>
    dispersion.forEach((value, col) => Number.isNaN(value) || visit(binOf(mean[col]), value, col));

  each((bin, value) => {
    count[bin]++;
    sum[bin] += value;
  });
  each((bin, value) => (squares[bin] += (value - sum[bin] / count[bin]) ** 2));

  const score = new Float64Array(X.cols).fill(-Number.MAX_VALUE);
  each((bin, value, col) => {
    const deviation = Math.sqrt(squares[bin] / (count[bin] - 1));
    // A gene alone in its bin has nothing to be compared with; scanpy gives it the score 1.
    if (count[bin] === 1) score[col] = 1;
    else if (deviation > 0) score[col] = (value - sum[bin] / count[bin]) / deviation;
  });
  return score;
}

/** log1p of the mean level and log of variance over mean, of the values before the logarithm; NaN for a constant column. */
function logMeanAndDispersion(X: CsrMatrix): { mean: Float64Array; dispersion: Float64Array } {
  const mean = new Float64Array(X.cols);
  const dispersion = new Float64Array(X.cols);
  const stored = X.indptr[X.rows];
  for (let i = 0; i < stored; i++) {
    const level = Math.expm1(X.data[i]);
    mean[X.indices[i]] += level;
    dispersion[X.indices[i]] += level * level;
  }
  for (let col = 0; col < X.cols; col++) {
    const average = mean[col] / X.rows;
    const variance = (dispersion[col] - X.rows * average * average) / (X.rows - 1);
    mean[col] = Math.log1p(average);
    dispersion[col] = variance > 0 ? Math.log(variance / average) : NaN;
  }
  return { mean, dispersion };
}
