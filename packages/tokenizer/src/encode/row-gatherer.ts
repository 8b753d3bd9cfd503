import type { CsrBlock } from '@geneformer-ts/io';

/**
 * Collects the counts of one cell by token in reused arrays. Columns without a token and explicit zeros are skipped; entries
 * with the same token (a gene in several columns, or twice in a row) are summed.
 */
export class RowGatherer {
  /** Tokens of the last row, in order of appearance; only the first entries are valid, as `gather` returns. */
  tokens = new Int32Array(0);
  /** Counts of these tokens. */
  counts = new Float64Array(0);
  private readonly slotOfToken: Int32Array;

  constructor(
    private readonly tokenOfColumn: Int32Array,
    private readonly hasDuplicates: boolean,
    tokenLimit: number,
  ) {
    this.slotOfToken = new Int32Array(tokenLimit).fill(-1);
  }

  /** Fills `tokens` and `counts` from a row and returns the number of entries. */
  gather(block: CsrBlock, row: number): number {
    const { indptr, indices, data } = block;
    const start = indptr[row];
    const end = indptr[row + 1];
    if (end - start > this.tokens.length) this.reserve(end - start);
    const { tokenOfColumn, tokens, counts } = this;
    let n = 0;
    let previous = -1;
    let ascending = true;
    for (let k = start; k < end; k++) {
      const column = indices[k];
      if (column <= previous) ascending = false;
      previous = column;
      const token = tokenOfColumn[column];
      const x = data[k];
      if (token < 0 || x === 0) continue;
      tokens[n] = token;
      counts[n] = x;
      n++;
    }
    return this.hasDuplicates || !ascending ? this.merge(n) : n;
  }

  private merge(n: number): number {
    const { tokens, counts, slotOfToken } = this;
    let merged = 0;
    for (let i = 0; i < n; i++) {
      const token = tokens[i];
      const slot = slotOfToken[token];
      if (slot >= 0) {
        counts[slot] += counts[i];
        continue;
      }
      slotOfToken[token] = merged;
      tokens[merged] = token;
      counts[merged] = counts[i]!;
      merged++;
    }
    for (let i = 0; i < merged; i++) slotOfToken[tokens[i]] = -1;
    return merged;
  }

  private reserve(n: number): void {
    const capacity = 2 * n;
    this.tokens = new Int32Array(capacity);
    this.counts = new Float64Array(capacity);
  }
}
