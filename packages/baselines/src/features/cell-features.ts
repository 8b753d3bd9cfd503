import { type CsrMatrix, ShapeError, ValueError, ArgumentError, type DenseMatrix } from '@geneformer-ts/core';

/**
 * Counts per ten thousand, then log(1 + x): scanpy's `normalize_total(target_sum=1e4)` and `log1p`. Zeros stay zeros, so the
 * result is as sparse as the counts. A row that sums to 0 is left as it is.
 *
 * @param X counts, one row per cell
 * @param totals counts of each cell, for when X holds only some of its genes; default the sum of each row
 * @throws ShapeError when there is not one total a row, ValueError for a negative count
 */
export function log1pCp10k(X: CsrMatrix, totals?: Float64Array): CsrMatrix {
  if (totals && totals.length !== X.rows) throw new ShapeError('totals', totals.length, X.rows, 'give one total a row');
  const data = new Float32Array(X.indptr[X.rows]);
  for (let row = 0; row < X.rows; row++) {
    const start = X.indptr[row];
    const end = X.indptr[row + 1];
    let sum = 0;
    for (let i = start; i < end; i++) {
      if (X.data[i] < 0) throw new ValueError(`X.data[${i}]`, X.data[i], 'give raw counts, which are 0 or more');
      sum += X.data[i];
    }
    const total = totals === undefined ? sum : totals[row];
    const scale = total > 0 ? 1e4 / total : 1;
    for (let i = start; i < end; i++) data[i] = Math.log1p(X.data[i] * scale);
  }
  return { rows: X.rows, cols: X.cols, indptr: X.indptr, indices: X.indices, data };
}

/** Tokenized cells: the ids of cell `i` are `inputIds[offsets[i]] … inputIds[offsets[i + 1] - 1]`, highest rank first. */
export interface RankedCells {
  inputIds: Int32Array;
  offsets: Int32Array;
}

/** Options of {@link rankFeatures}. */
export interface RankFeatureOptions {
  /** Token ids that are not genes (padding, mask, start, end); they take no position. Default none. */
  skip?: readonly number[];
}

/**
 * Rank of each gene in each cell as a feature: `maxLength - position`, positions from 0, and 0 for a gene that is not among
 * the cell's tokens. With `maxLength` 2048 these are the rank features of the published baselines for gene classification.
 *
 * @param vocabSize number of token ids, which is the number of columns
 * @param maxLength longest cell, in genes; later positions count 0
 * @throws ValueError for a token outside the vocabulary, ArgumentError
 */
export function rankFeatures(
  cells: RankedCells,
  vocabSize: number,
  maxLength: number,
  options: RankFeatureOptions = {},
): CsrMatrix {
  if (!Number.isInteger(maxLength) || maxLength < 1) throw ArgumentError.of('maxLength', maxLength, 'at least 1');
  const skipped = new Set(options.skip);
  const rows = cells.offsets.length - 1;
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(cells.inputIds.length);
  const data = new Float32Array(cells.inputIds.length);
  // Row in which a token was last seen; a gene that occurs twice keeps its higher rank.
  const seenIn = new Int32Array(vocabSize).fill(-1);
  let next = 0;
  for (let row = 0; row < rows; row++) {
    let position = 0;
    for (let i = cells.offsets[row]; i < cells.offsets[row + 1] && position < maxLength; i++) {
      const token = cells.inputIds[i];
      if (token < 0 || token >= vocabSize) {
        throw new ValueError(`inputIds[${i}]`, token, `use the vocabulary that the cells were tokenized with`);
      }
      if (skipped.has(token)) continue;
      const rank = maxLength - position++;
      if (seenIn[token] === row) continue;
      seenIn[token] = row;
      indices[next] = token;
      data[next++] = rank;
    }
    indptr[row + 1] = next;
  }
  return { rows, cols: vocabSize, indptr, indices: indices.slice(0, next), data: data.slice(0, next) };
}

/**
 * Three honest features of each column, which become its row: share of the rows where it is not 0, mean over all rows, and mean over
 * the rows where it is not 0. Of levels of cells × genes they are a gene's detection rate and mean level; of rank features the last is
 * its mean rank. A gene classifier should do better with all cells than with these.
 */
export function columnSummaries(X: CsrMatrix): DenseMatrix {
  const data = new Float32Array(X.cols * 3);
  const seen = new Float64Array(X.cols);
  const sum = new Float64Array(X.cols);
  const stored = X.indptr[X.rows];
  for (let i = 0; i < stored; i++) {
    if (X.data[i] === 0) continue;
    seen[X.indices[i]]++;
    sum[X.indices[i]] += X.data[i];
  }
  for (let col = 0; col < X.cols; col++) {
    data[3 * col] = seen[col] / Math.max(1, X.rows);
    data[3 * col + 1] = sum[col] / Math.max(1, X.rows);
    data[3 * col + 2] = sum[col] / Math.max(1, seen[col]);
  }
  return { rows: X.cols, cols: 3, data };
}
