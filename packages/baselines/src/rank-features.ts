import { ArgumentError, type CsrMatrix, ValueError } from '@geneformer-ts/core';

/** Tokenised cells: the ids of cell `i` are `inputIds[offsets[i]] … inputIds[offsets[i + 1] - 1]`, highest rank first. */
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
        throw new ValueError(`inputIds[${i}]`, token, `use the vocabulary that the cells were tokenised with`);
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
