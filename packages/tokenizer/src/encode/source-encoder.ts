import type { CellSource } from '@geneformer-ts/io';
import { BlockRun } from '../block-run.js';
import { CellTotals } from '../counts/cell-totals.js';
import { type ApartColumns, apartColumns, cellsThatPass, withCountLayers } from '../counts/counted.js';
import { knownShareFloor, sequenceShape, type TokenizeOptions } from '../dataset/tokenize-options.js';
import { readGeneIds } from '../genes/gene-ids.js';
import type { GeneReport } from '../genes/gene-report.js';
import { GeneTally } from '../genes/gene-tally.js';
import { geneResolver, type ResolvedGenes, resolveGenes } from '../genes/resolve-genes.js';
import type { Vocabulary } from '../vocabulary/vocabulary.js';
import type { EncodedBlock, EncodedRows } from './block-encoder.js';

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
  private readonly resolved: ResolvedGenes;
  private readonly apart: ApartColumns;
  private readonly passes: Uint8Array | undefined;

  /** @throws GeneIdsMissingError, ColumnError, ArgumentError */
  constructor(
    readonly source: CellSource,
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

  /** @throws InvalidCountError, LogNormalisedError, FractionalCountsError, UnknownGenesError, InvalidTotalError */
  async *blocks(): AsyncGenerator<EncodedCells> {
    const { source, options, tally } = this;
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
          done: rowStart + rows,
          total: source.nObs,
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

  /** Whether the totals are what the obs column states, and not the sums of the rows. */
  get hasStatedTotals(): boolean {
    return this.totals.isStated;
  }

  /** Of the blocks that have gone by. */
  report(): GeneReport {
    return this.tally.report();
  }
}

/**
 * The gene report that `tokenizeCells` would give, without writing anything. With `minKnownShare: 0` it also reports
 * on files that would be refused for their genes.
 *
 * @throws what `tokenizeCells` throws about the source
 */
export async function inspectCells(
  source: CellSource,
  vocabulary: Vocabulary,
  options: TokenizeOptions = {},
): Promise<GeneReport> {
  const encoder = new SourceEncoder(source, vocabulary, options);
  const blocks = encoder.blocks();
  while ((await blocks.next()).done !== true);
  return encoder.report();
}
