import type { CsrBlock } from '@geneformer-ts/io';
import type { BlockFacts, BlockWork, GivenBlock } from '../blocks/block-work.js';
import { TARGET_SUM, usableTotals } from '../counts/cell-totals.js';
import { scanBlock } from '../counts/scan-block.js';
import type { ResolvedGenes } from '../genes/resolve-genes.js';
import type { Vocabulary } from '../vocabulary/vocabulary.js';
import { BucketRanker } from './bucket-ranker.js';
import { RowGatherer } from './row-gatherer.js';

/** The settings of a `BlockEncoder`; can be sent to a thread. */
export interface EncodePlan {
  genes: Pick<ResolvedGenes, 'tokenOfColumn' | 'medianOfColumn' | 'hasDuplicates'>;
  vocabulary: Pick<Vocabulary, 'size' | 'clsId' | 'eosId'>;
  /** Maximum length of a sequence, including special tokens. */
  maxLength: number;
  specialTokens: boolean;
  keepCounts: boolean;
  /** One byte per column, 1 if its counts are not part of the totals; default none. */
  uncounted?: Uint8Array | undefined;
}

/** The cells of a block as concatenated token sequences. */
export interface EncodedBlock {
  /** Number of cells; equals `rows.length`. */
  cells: number;
  /** Row of each cell in the block. */
  rows: Int32Array;
  /** Start of each cell in `inputIds`, and the end of the last; length cells + 1. */
  offsets: Int32Array;
  inputIds: Int32Array;
  /** Counts per 10,000, not divided by the median, aligned with `inputIds`; 0 at special tokens. */
  counts?: Float32Array;
  /** Rows that express no gene of the vocabulary; they are not among the cells. */
  emptyRows: Int32Array;
  /** Number of cells with more genes than the maximum length allows. */
  truncated: number;
}

/**
 * Rank value encoding: the genes of each cell by count / total × 10,000 / median in float64, largest first, ties by token.
 * Results depend only on the block, the totals and the plan; the encoder reuses its buffers between blocks.
 */
export class BlockEncoder {
  private readonly gatherer: RowGatherer;
  private readonly ranker: BucketRanker;
  private readonly geneLimit: number;

  constructor(private readonly plan: EncodePlan) {
    const { genes, vocabulary } = plan;
    this.gatherer = new RowGatherer(genes.tokenOfColumn, genes.hasDuplicates, vocabulary.size);
    this.ranker = new BucketRanker({ tokenOfColumn: genes.tokenOfColumn, median: medianOfTokens(plan) });
    this.geneLimit = plan.maxLength - (plan.specialTokens ? 2 : 0);
  }

  /**
   * Returns the sequences of a block's cells.
   *
   * @param totals total counts of each row of the block
   * @param keep one byte per row, 1 for the rows to use; default all
   */
  encode(block: CsrBlock, totals: Float64Array, keep?: Uint8Array): EncodedBlock {
    const { plan, ranker, geneLimit } = this;
    const cls = plan.specialTokens ? plan.vocabulary.clsId! : -1;
    const eos = plan.specialTokens ? plan.vocabulary.eosId! : -1;
    const rows = new Int32Array(block.rows);
    const emptyRows = new Int32Array(block.rows);
    const offsets = new Int32Array(block.rows + 1);
    const capacity = this.capacityFor(block);
    const inputIds = new Int32Array(capacity);
    const kept = plan.keepCounts ? new Float32Array(capacity) : undefined;
    let cells = 0;
    let empty = 0;
    let truncated = 0;
    let at = 0;
    for (let row = 0; row < block.rows; row++) {
      if (keep !== undefined && keep[row] === 0) continue;
      const n = this.gather(block, row);
      if (n === 0) {
        emptyRows[empty++] = row;
        continue;
      }
      const total = totals[row];
      const ranked = ranker.rank(n, total, geneLimit);
      const take = ranked.length;
      if (n > geneLimit) truncated++;
      if (cls >= 0) inputIds[at++] = cls;
      inputIds.set(ranked, at);
      if (kept !== undefined) {
        const { counts, order } = ranker;
        for (let i = 0; i < take; i++) kept[at + i] = (counts[order[i]] / total) * TARGET_SUM;
      }
      at += take;
      if (eos >= 0) inputIds[at++] = eos;
      rows[cells++] = row;
      offsets[cells] = at;
    }
    return {
      cells,
      rows: rows.subarray(0, cells),
      offsets: offsets.subarray(0, cells + 1),
      inputIds: inputIds.subarray(0, at),
      ...(kept && { counts: kept.subarray(0, at) }),
      emptyRows: emptyRows.subarray(0, empty),
      truncated,
    };
  }

  /** Gives the genes of a row to the ranker and returns their number. */
  private gather(block: CsrBlock, row: number): number {
    const { gatherer, ranker } = this;
    const { indptr, indices, data } = block;
    if (data instanceof Float32Array && !this.plan.genes.hasDuplicates) {
      const n = ranker.gather(indices, data, indptr[row], indptr[row + 1]);
      if (n >= 0) return n;
    }
    const n = gatherer.gather(block, row);
    ranker.reserve(n);
    ranker.tokens.set(gatherer.tokens.subarray(0, n));
    ranker.counts.set(gatherer.counts.subarray(0, n));
    return n;
  }

  /** Returns an upper bound of the number of tokens of a block. */
  private capacityFor({ rows, indptr }: CsrBlock): number {
    const { maxLength } = this.plan;
    let capacity = 0;
    for (let row = 0; row < rows; row++) capacity += Math.min(indptr[row + 1] - indptr[row] + 2, maxLength);
    return capacity;
  }
}

/** Returns the median of each token; all columns of a gene have the same. */
function medianOfTokens({ genes, vocabulary }: EncodePlan): Float64Array {
  const median = new Float64Array(vocabulary.size).fill(NaN);
  genes.tokenOfColumn.forEach((token, column) => {
    if (token >= 0) median[token] = genes.medianOfColumn[column]!;
  });
  return median;
}

/** The scan and the sequences of a block. */
export interface EncodedRows extends BlockFacts {
  encoded: EncodedBlock;
}

/** Scans and encodes blocks. A block with invalid values or totals gets no sequences. */
export class EncodeWork implements BlockWork<EncodedRows, undefined> {
  private readonly encoder: BlockEncoder;

  constructor(private readonly plan: EncodePlan) {
    this.encoder = new BlockEncoder(plan);
  }

  run({ block, keep, stated }: GivenBlock): EncodedRows {
    const { rowStart, rows } = block;
    const scan = scanBlock(block, keep, this.plan.uncounted);
    const totals = scan.invalidRow < 0 ? usableTotals(scan.totals, stated) : undefined;
    return { rowStart, rows, scan, encoded: totals ? this.encoder.encode(block, totals, keep) : noCells() };
  }

  finish(): undefined {
    return undefined;
  }
}

function noCells(): EncodedBlock {
  return {
    cells: 0,
    rows: new Int32Array(0),
    offsets: new Int32Array(1),
    inputIds: new Int32Array(0),
    emptyRows: new Int32Array(0),
    truncated: 0,
  };
}
