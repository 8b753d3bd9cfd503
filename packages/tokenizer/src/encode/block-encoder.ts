import type { CsrBlock } from '@geneformer-ts/io';
import type { BlockFacts, BlockWork, GivenBlock } from '../block-work.js';
import { TARGET_SUM, usableTotals } from '../counts/cell-totals.js';
import { scanBlock } from '../counts/scan-block.js';
import type { ResolvedGenes } from '../genes/resolve-genes.js';
import type { Vocabulary } from '../vocabulary/vocabulary.js';
import { BucketRanker } from './bucket-ranker.js';
import { RowGatherer } from './row-gatherer.js';

export interface EncodePlan {
  genes: Pick<ResolvedGenes, 'tokenOfColumn' | 'medianOfColumn' | 'hasDuplicates'>;
  vocabulary: Pick<Vocabulary, 'size' | 'clsId' | 'eosId'>;
  /** Longest sequence, special tokens included. */
  maxLength: number;
  specialTokens: boolean;
  keepCounts: boolean;
  /** Columns whose counts are not part of the totals (1); none if left out. */
  uncounted?: Uint8Array | undefined;
}

/** The cells of a block as token sequences, one after the other. */
export interface EncodedBlock {
  /** Number of cells, which is `rows.length`. */
  cells: number;
  /** Row of the block each cell was. */
  rows: Int32Array;
  /** cells + 1. */
  offsets: Int32Array;
  inputIds: Int32Array;
  /** Counts per 10,000 before the division by the median, aligned with `inputIds`, 0 at special tokens. */
  counts?: Float32Array;
  /** Rows without a gene of the vocabulary, which are not among the cells. */
  emptyRows: Int32Array;
  /** Cells that had more genes than fit. */
  truncated: number;
}

/**
 * Rank value encoding: each cell's genes by count / total × 10,000 / median in float64, largest first, ties by token.
 * A pure function of the block, the totals and the plan; one encoder keeps its scratch memory between blocks.
 */
export class BlockEncoder {
  private readonly gatherer: RowGatherer;
  private readonly ranker: BucketRanker;
  private readonly geneLimit: number;

  constructor(private readonly plan: EncodePlan) {
    const { genes, vocabulary } = plan;
    this.gatherer = new RowGatherer(genes.tokenOfColumn, genes.hasDuplicates, vocabulary.size);
    this.ranker = new BucketRanker(medianOfTokens(plan));
    this.geneLimit = plan.maxLength - (plan.specialTokens ? 2 : 0);
  }

  /** @param totals counts of each row of the block over all genes of the file; @param keep rows to take (1), all if left out */
  encode(block: CsrBlock, totals: Float64Array, keep?: Uint8Array): EncodedBlock {
    const { plan, gatherer, ranker, geneLimit } = this;
    const cls = plan.specialTokens ? plan.vocabulary.clsId! : -1;
    const eos = plan.specialTokens ? plan.vocabulary.eosId! : -1;
    const rows = new Int32Array(block.rows);
    const emptyRows = new Int32Array(block.rows);
    const offsets = new Int32Array(block.rows + 1);
    const room = this.roomFor(block);
    const inputIds = new Int32Array(room);
    const kept = plan.keepCounts ? new Float32Array(room) : undefined;
    let cells = 0;
    let empty = 0;
    let truncated = 0;
    let at = 0;
    for (let row = 0; row < block.rows; row++) {
      if (keep !== undefined && keep[row] === 0) continue;
      const n = gatherer.gather(block, row);
      if (n === 0) {
        emptyRows[empty++] = row;
        continue;
      }
      const { tokens, counts } = gatherer;
      const total = totals[row];
      const order = ranker.rank(counts, tokens, n, total, geneLimit);
      const take = n < geneLimit ? n : geneLimit;
      if (n > geneLimit) truncated++;
      if (cls >= 0) inputIds[at++] = cls;
      for (let i = 0; i < take; i++) inputIds[at + i] = tokens[order[i]]!;
      if (kept !== undefined) {
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

  private roomFor({ rows, indptr }: CsrBlock): number {
    const { maxLength } = this.plan;
    let room = 0;
    for (let row = 0; row < rows; row++) room += Math.min(indptr[row + 1] - indptr[row] + 2, maxLength);
    return room;
  }
}

/** Columns of one gene have one median. */
function medianOfTokens({ genes, vocabulary }: EncodePlan): Float64Array {
  const median = new Float64Array(vocabulary.size).fill(NaN);
  genes.tokenOfColumn.forEach((token, column) => {
    if (token >= 0) median[token] = genes.medianOfColumn[column]!;
  });
  return median;
}

export interface EncodedRows extends BlockFacts {
  encoded: EncodedBlock;
}

/** Scans and encodes blocks. A block that will be refused, for its values or its totals, comes back without sequences. */
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
