import type { CellSource, CsrBlock } from '@geneformer-ts/io';
import { BlockEncoder, type EncodedBlock } from './block-encoder.js';
import { CellTotals } from './cell-totals.js';
import { cellsThatPass } from './filter-pass.js';
import { readGeneIds } from './gene-ids.js';
import type { GeneReport } from './gene-report.js';
import { GeneTally } from './gene-tally.js';
import { geneResolver, resolveGenes } from './resolve-genes.js';
import { scanBlock } from './scan-block.js';
import { knownShareFloor, sequenceShape, type TokenizeOptions } from './tokenize-options.js';
import type { Vocabulary } from './vocabulary.js';

/** Some cells of a source, encoded, with their rows in the whole matrix and the totals their counts were divided by. */
export interface EncodedCells extends EncodedBlock {
  rowOf: number[];
  totals: Float64Array;
}

/**
 * One source seen through one vocabulary. The genes are resolved at once; `blocks()` encodes the cells and judges the
 * file on the way: after the first block with counts, before any of it is handed on, and again at the end, when the
 * report is whole.
 */
export class SourceEncoder {
  private readonly totals: CellTotals;
  private readonly tally: GeneTally;
  private readonly encoder: BlockEncoder;
  private readonly passes: Uint8Array | undefined;

  /** @throws GeneIdsMissingError, ColumnError, OptionError */
  constructor(
    readonly source: CellSource,
    vocabulary: Vocabulary,
    private readonly options: TokenizeOptions,
  ) {
    const acceptSymbols = options.symbols ?? false;
    const resolve = geneResolver(vocabulary, acceptSymbols);
    const ids = readGeneIds(source, (id) => resolve(id).token >= 0, options.geneIds, acceptSymbols);
    const resolved = resolveGenes(ids.ids, vocabulary, resolve);
    this.totals = new CellTotals(source, options.countsFrom ?? 'auto', options.countsColumn ?? 'n_counts');
    this.tally = new GeneTally(source, vocabulary, ids, resolved, this.totals, {
      minKnownShare: knownShareFloor(options),
      allowFractional: options.allowFractional ?? false,
    });
    this.encoder = new BlockEncoder({
      genes: resolved,
      vocabulary,
      ...sequenceShape(vocabulary, options),
      keepCounts: options.keepCounts ?? false,
    });
    this.passes = cellsThatPass(source);
  }

  /** @throws InvalidCountError, LogNormalisedError, FractionalCountsError, UnknownGenesError, InvalidTotalError */
  async *blocks(): AsyncGenerator<EncodedCells> {
    const { source, options, tally } = this;
    let judged = false;
    for await (const block of source.blocks(options.blockRows === undefined ? {} : { rows: options.blockRows })) {
      options.signal?.throwIfAborted();
      const keep = this.passes?.subarray(block.rowStart, block.rowStart + block.rows);
      const scan = scanBlock(block, tally.columnSums, keep);
      tally.addScan(block, scan, keep);
      if (!judged) {
        tally.check();
        judged = scan.nonZero > 0;
      }
      yield this.encode(block, scan.totals, keep);
      options.onProgress?.({
        stage: 'tokenize',
        done: block.rowStart + block.rows,
        total: source.nObs,
        unit: 'cells',
        detail: source.path,
      });
    }
    tally.check();
  }

  private encode(block: CsrBlock, sums: Float64Array, keep: Uint8Array | undefined): EncodedCells {
    const totals = this.totals.ofBlock(block.rowStart, sums);
    const encoded = this.encoder.encode(block, totals, keep);
    this.tally.addEncoded(block, encoded);
    return {
      ...encoded,
      rowOf: Array.from(encoded.rows, (row) => block.rowStart + row),
      totals: Float64Array.from(encoded.rows, (row) => totals[row]!),
    };
  }

  /** Of the blocks that have gone by. */
  report(): GeneReport {
    return this.tally.report();
  }
}
