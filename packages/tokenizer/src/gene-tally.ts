import type { CellSource } from '@geneformer-ts/io';
import type { BlockFacts } from './block-work.js';
import type { CellTotals } from './cell-totals.js';
import { checkWholeCounts, type ValueCounts } from './check-counts.js';
import type { EncodedRows } from './encode-work.js';
import { InvalidCountError, UnknownGenesError } from './errors.js';
import type { GeneIds } from './gene-ids.js';
import type { GeneReport } from './gene-report.js';
import { likelyCause } from './likely-cause.js';
import type { ResolvedGenes } from './resolve-genes.js';
import type { Vocabulary } from './vocabulary.js';

const SHOWN = 5;

export interface TallyLimits {
  minKnownShare: number;
  allowFractional: boolean;
}

/** Adds up a report while the blocks of a file go by, and refuses files that are not counts of known genes. */
export class GeneTally implements ValueCounts {
  private readonly columnSums: Float64Array;
  nonZero = 0;
  fractional = 0;
  largest = 0;
  private readonly cells = { total: 0, filtered: 0, empty: 0, written: 0, truncated: 0 };
  private readonly firstEmpty: string[] = [];

  constructor(
    private readonly source: CellSource,
    private readonly vocabulary: Vocabulary,
    private readonly ids: GeneIds,
    private readonly resolved: ResolvedGenes,
    private readonly totals: CellTotals,
    private readonly limits: TallyLimits,
  ) {
    this.columnSums = new Float64Array(ids.ids.length);
  }

  /** @throws InvalidCountError when the block holds a value that cannot be a count */
  addScan({ rowStart, rows, scan }: BlockFacts, keep?: Uint8Array): void {
    if (scan.invalidRow >= 0) {
      throw new InvalidCountError(this.source.path, this.cellId(rowStart + scan.invalidRow), scan.invalidValue);
    }
    scan.columnSums.forEach((sum, column) => (this.columnSums[column]! += sum));
    this.nonZero += scan.nonZero;
    this.fractional += scan.fractional;
    this.largest = Math.max(this.largest, scan.largest);
    this.cells.total += rows;
    if (keep !== undefined) this.cells.filtered += keep.reduce((left, kept) => left + (1 - kept), 0);
  }

  addEncoded({ rowStart, encoded }: EncodedRows): void {
    this.cells.written += encoded.cells;
    this.cells.truncated += encoded.truncated;
    this.cells.empty += encoded.emptyRows.length;
    for (const row of encoded.emptyRows) {
      if (this.firstEmpty.length < SHOWN) this.firstEmpty.push(this.cellId(rowStart + row));
    }
  }

  private cellId(row: number): string {
    return this.source.obs.index[row]!;
  }

  private sums(): { total: number; known: number } {
    let total = 0;
    let known = 0;
    this.columnSums.forEach((sum, column) => {
      total += sum;
      if (this.resolved.tokenOfColumn[column]! >= 0) known += sum;
    });
    return { total, known };
  }

  /**
   * Judges what has gone by so far; nothing is judged while no count has been seen.
   *
   * @throws LogNormalisedError, FractionalCountsError, UnknownGenesError
   */
  check(): void {
    if (this.nonZero === 0) return;
    const { path } = this.source;
    if (!this.limits.allowFractional) checkWholeCounts(path, this);
    const { total, known } = this.sums();
    if (known / total < this.limits.minKnownShare) {
      const unknown = this.unknownColumns().map((column) => this.ids.ids[column]!);
      throw new UnknownGenesError(
        path,
        known / total,
        this.limits.minKnownShare,
        this.vocabulary.version,
        unknown.filter((id) => id !== '').slice(0, SHOWN),
        likelyCause(unknown, this.resolved.genes.refusedSymbols, this.vocabulary),
      );
    }
  }

  private unknownColumns(): number[] {
    const columns: number[] = [];
    this.resolved.tokenOfColumn.forEach((token, column) => {
      if (token < 0) columns.push(column);
    });
    return columns;
  }

  report(): GeneReport {
    const { total, known } = this.sums();
    const { genes } = this.resolved;
    const unknown = this.unknownColumns();
    const bySum = unknown
      .filter((column) => this.columnSums[column]! > 0)
      .sort((a, b) => this.columnSums[b]! - this.columnSums[a]! || a - b);
    return {
      path: this.source.path,
      vocabulary: { version: this.vocabulary.version, digest: this.vocabulary.digest },
      geneIds: this.ids.from,
      genes,
      knownShareOfGenes: genes.known / genes.total,
      knownShareOfCounts: known / total,
      firstUnknown: unknown
        .map((column) => this.ids.ids[column]!)
        .filter((id) => id !== '')
        .slice(0, SHOWN),
      largestUnknown: bySum.slice(0, 2 * SHOWN).map((column) => ({
        id: this.ids.ids[column]! || this.source.var.index[column]!,
        share: this.columnSums[column]! / total,
      })),
      counts: {
        total,
        known,
        nonZero: this.nonZero,
        fractional: this.fractional,
        largest: this.largest,
      },
      totals: { ...this.totals.report },
      cells: { ...this.cells },
      truncatedShare: this.cells.truncated / this.cells.written,
      firstEmpty: [...this.firstEmpty],
    };
  }
}
