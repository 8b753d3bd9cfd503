import { checkOptions } from '@geneformer-ts/core';
import type { CountMatrix } from '@geneformer-ts/io';
import { BlockRun } from '../blocks/block-run.js';
import { CellTotals } from '../counts/cell-totals.js';
import { type ApartColumns, apartColumns, cellsThatPass, withCountLayers } from '../counts/count-rules.js';
import {
  knownShareFloor,
  sequenceShape,
  type TokenizeOptions,
  tokenizeOptionNames,
} from '../dataset/tokenize-options.js';
import { readGeneIds } from '../genes/gene-ids.js';
import type { GeneReport } from '../genes/gene-report.js';
import { GeneTally } from '../genes/gene-tally.js';
import { geneResolver, type ResolvedGenes, resolveGenes } from '../genes/resolve-genes.js';
import type { Vocabulary } from '../vocabulary/vocabulary.js';
import type { EncodedBlock, EncodedRows } from './block-encoder.js';

/** Some cells of a source, encoded. */
export interface EncodedCells extends EncodedBlock {
  /** Row of each cell in the whole matrix. */
  rowOf: number[];
  /** Total that the counts of each cell were divided by. */
  totals: Float64Array;
}

/**
 * Encodes one source with one vocabulary. The constructor resolves the genes; `blocks()` encodes the cells and checks the
 * file twice: after the first block with counts, before any result is yielded, and at the end, when the report is complete.
 */
export class SourceEncoder {
  private readonly totals: CellTotals;
  private readonly tally: GeneTally;
  private readonly resolved: ResolvedGenes;
  private readonly apart: ApartColumns;
  private readonly passes: Uint8Array | undefined;

  /** @throws GeneIdsMissingError, ColumnError, ArgumentError */
  constructor(
    readonly source: CountMatrix,
    private readonly vocabulary: Vocabulary,
    private readonly options: TokenizeOptions,
  ) {
    const acceptSymbols = options.symbols ?? false;
    const resolve = geneResolver(vocabulary, acceptSymbols);
    const isKnown = (id: string): boolean => resolve(id).token >= 0;
    const isSymbol = (id: string): boolean => resolve(id).how === 'refused-symbol';
    const ids = readGeneIds(source, isKnown, options.geneIds, acceptSymbols, isSymbol);
    this.resolved = resolveGenes(ids.ids, vocabulary, resolve);
    this.apart = apartColumns(source, ids.ids, this.resolved.tokenOfColumn);
    const isMixed = (source.setApart ?? []).length > 0 || this.apart.uncounted !== undefined;
    this.totals = new CellTotals(source, options, isMixed);
    this.tally = new GeneTally(source, vocabulary, ids, this.resolved, this.apart, this.totals, {
      minKnownShare: knownShareFloor(options),
      allowFractional: options.allowFractional ?? false,
    });
    this.passes = cellsThatPass(source);
  }

  /**
   * Yields the encoded cells of each block.
   *
   * @throws InvalidCountError, LogNormalizedError, FractionalCountsError, UnknownGenesError, InvalidTotalError
   */
  async *blocks(): AsyncGenerator<EncodedCells> {
    const { source, options, tally } = this;
    const { from, to } = options.rows ?? { from: 0, to: source.nObs };
    const run = this.start();
    let judged = false;
    try {
      for await (const result of run.results()) {
        const { rowStart, rows, scan } = result;
        tally.addScan(result, this.passes?.subarray(rowStart, rowStart + rows));
        if (!judged) {
          tally.check();
          judged = scan.nonZero > 0;
        }
        yield this.cellsOf(result);
        options.onProgress?.({
          stage: 'tokenize',
          done: rowStart + rows - from,
          total: to - from,
          unit: 'cells',
          detail: source.path,
        });
      }
      tally.check();
    } catch (cause) {
      throw await withCountLayers(cause, source);
    } finally {
      await run.close();
    }
  }

  private start(): BlockRun<EncodedRows, undefined> {
    const { source, options, vocabulary, passes: keep, totals } = this;
    const { tokenOfColumn, medianOfColumn, hasDuplicates } = this.resolved;
    const { size, clsId, eosId } = vocabulary;
    const plan = {
      kind: 'encode',
      genes: { tokenOfColumn, medianOfColumn, hasDuplicates },
      vocabulary: { size, clsId, eosId },
      ...sequenceShape(vocabulary, options),
      keepCounts: options.keepCounts ?? false,
      uncounted: this.apart.uncounted,
    } as const;
    return new BlockRun(source, plan, { keep, totals }, options);
  }

  private cellsOf(result: EncodedRows): EncodedCells {
    const { rowStart, scan, encoded } = result;
    const totals = this.totals.ofBlock(rowStart, scan.totals);
    this.tally.addEncoded(result);
    return {
      ...encoded,
      rowOf: Array.from(encoded.rows, (row) => rowStart + row),
      totals: Float64Array.from(encoded.rows, (row) => totals[row]),
    };
  }

  /** Whether the totals come from the obs column, not from the sums of the rows. */
  get hasStatedTotals(): boolean {
    return this.totals.isStated;
  }

  /** Returns the report over the blocks read so far. */
  report(): GeneReport {
    return this.tally.report(this.options.rows !== undefined);
  }
}

/**
 * Returns the gene report of `tokenizeCells` without writing anything. With `minKnownShare: 0` it also reports on files that
 * would be refused because of their genes.
 *
 * ```ts
 * const report = await inspectCells(await openAnnData('cells.h5ad'), vocabulary, { minKnownShare: 0 });
 * console.log(report.geneIds, report.knownShareOfCounts, report.firstUnknown);
 * ```
 *
 * @throws the errors of `tokenizeCells` about the source
 */
export async function inspectCells(
  source: CountMatrix,
  vocabulary: Vocabulary,
  options: TokenizeOptions = {},
): Promise<GeneReport> {
  checkOptions('inspectCells', options, tokenizeOptionNames);
  const encoder = new SourceEncoder(source, vocabulary, options);
  const blocks = encoder.blocks();
  while ((await blocks.next()).done !== true);
  return encoder.report();
}
