import {
  ArgumentError,
  checkOptions,
  type CsrMatrix,
  type DenseMatrix,
  type OptionNames,
  ShapeError,
  ValueError,
} from '@geneformer-ts/core';

/**
 * Scales each cell to 10,000 counts and returns log(1 + x), as scanpy's `normalize_total(target_sum=1e4)` and `log1p` do. Zeros stay
 * zeros, so the result is as sparse as the counts. Rows that sum to 0 do not change.
 *
 * ```ts
 * const counts = toSparse({ rows: 1, cols: 3, data: Float32Array.of(1, 0, 3) });
 * log1pCp10k(counts).data; // [7.8244, 8.9228]: log(1 + 2500) and log(1 + 7500)
 * ```
 *
 * @param X counts, cells × genes
 * @param totals total counts of each cell, needed when X has only some of the genes; default the sum of each row
 * @throws ShapeError when `totals` does not have one value per row, ValueError for a negative count
 */
export function log1pCp10k(X: CsrMatrix, totals?: Float64Array): CsrMatrix {
  if (totals && totals.length !== X.rows)
    throw new ShapeError('totals', totals.length, X.rows, 'give one total per row');
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

/** Tokenized cells: the token ids of cell `i` are `inputIds[offsets[i]] … inputIds[offsets[i + 1] - 1]`, highest rank first. */
export interface RankedCells {
  inputIds: Int32Array;
  offsets: Int32Array;
}

/** Options of {@link rankFeatures}. */
export interface RankFeatureOptions {
  /** Token ids that are not genes (padding, mask, start, end) and do not count as positions. Default none. */
  skip?: readonly number[];
}

const known: OptionNames<RankFeatureOptions> = { skip: true };

/**
 * Returns the rank of each gene in each cell as features: `maxLength - position`, with positions from 0, and 0 for genes that are not
 * among the cell's tokens. With `maxLength` 2048 these are the rank features of the published baselines for gene classification.
 *
 * ```ts
 * const cells = { inputIds: Int32Array.of(3, 1), offsets: Int32Array.of(0, 2) };
 * toDense(rankFeatures(cells, 4, 2048)).data; // [0, 2047, 0, 2048]
 * ```
 *
 * @param vocabSize number of token ids, and of columns
 * @param maxLength maximum length of a cell, in genes; later positions get 0
 * @returns cells × vocabSize
 * @throws ValueError for a token outside the vocabulary, ArgumentError
 */
export function rankFeatures(
  cells: RankedCells,
  vocabSize: number,
  maxLength: number,
  options: RankFeatureOptions = {},
): CsrMatrix {
  checkOptions('rankFeatures', options, known);
  if (!Number.isInteger(maxLength) || maxLength < 1) throw ArgumentError.of('maxLength', maxLength, 'at least 1');
  const skipped = new Set(options.skip);
  const rows = cells.offsets.length - 1;
  const indptr = new Int32Array(rows + 1);
  const indices = new Int32Array(cells.inputIds.length);
  const data = new Float32Array(cells.inputIds.length);
  // Row in which each token was last seen, so that a repeated gene keeps its higher rank.
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
 * Returns three features per column: the share of rows where it is not 0, the mean over all rows, and the mean over the rows where it
 * is not 0. For expression levels of cells × genes these are a gene's detection rate and mean levels; for rank features the last one
 * is the mean rank. A gene classifier that uses all cells should outperform one that uses these summaries.
 *
 * ```ts
 * const X = toSparse({ rows: 2, cols: 2, data: Float32Array.of(4, 0, 0, 0) });
 * columnSummaries(X).data; // [0.5, 2, 4, 0, 0, 0]
 * ```
 *
 * @returns columns of X × 3
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
