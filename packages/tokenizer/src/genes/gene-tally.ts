import type { CountMatrix } from '@geneformer-ts/io';
import type { BlockFacts } from '../blocks/block-work.js';
import type { CellTotals } from '../counts/cell-totals.js';
import { type ApartColumns, checkWholeCounts, isOtherSpecies, type ValueCounts } from '../counts/count-rules.js';
import type { EncodedRows } from '../encode/block-encoder.js';
import { InvalidCountError, UnknownGenesError } from '../errors.js';
import type { Vocabulary } from '../vocabulary/vocabulary.js';
import { isEnsemblId, isHumanEnsemblId, speciesOf } from './gene-id.js';
import type { GeneIds } from './gene-ids.js';
import type { GeneReport } from './gene-report.js';
import type { GeneCounts, ResolvedGenes } from './resolve-genes.js';

const SHOWN = 5;

/** The limits below which a file is refused, from `TokenizeOptions`. */
export interface TallyLimits {
  minKnownShare: number;
  allowFractional: boolean;
}

/** Collects the report of a file block by block, and refuses files that do not contain counts of known genes. */
export class GeneTally implements ValueCounts {
  private readonly columnSums: Float64Array;
  /** Counts of the features that the source excludes, by kind. */
  private readonly apartSums: Float64Array;
  nonZero = 0;
  fractional = 0;
  largest = 0;
  private readonly cells = { total: 0, filtered: 0, empty: 0, written: 0, truncated: 0 };
  private readonly firstEmpty: string[] = [];

  constructor(
    private readonly source: CountMatrix,
    private readonly vocabulary: Vocabulary,
    private readonly ids: GeneIds,
    private readonly resolved: ResolvedGenes,
    private readonly apart: ApartColumns,
    private readonly totals: CellTotals,
    private readonly limits: TallyLimits,
  ) {
    this.columnSums = new Float64Array(ids.ids.length);
    this.apartSums = new Float64Array(source.setApart?.length ?? 0);
  }

  /**
   * Adds the scan of a block.
   *
   * @throws InvalidCountError if the block contains a value that cannot be a count
   */
  addScan({ rowStart, rows, scan }: BlockFacts, keep?: Uint8Array): void {
    if (scan.invalidRow >= 0) {
      throw new InvalidCountError(this.source.path, this.cellId(rowStart + scan.invalidRow), scan.invalidValue);
    }
    scan.columnSums.forEach((sum, column) => (this.columnSums[column] += sum));
    scan.setApart.forEach((sum, kind) => (this.apartSums[kind] += sum));
    this.nonZero += scan.nonZero;
    this.fractional += scan.fractional;
    this.largest = Math.max(this.largest, scan.largest);
    this.cells.total += rows;
    if (keep !== undefined) this.cells.filtered += keep.reduce((left, kept) => left + (1 - kept), 0);
  }

  /** Adds the encoded cells of a block. */
  addEncoded({ rowStart, encoded }: EncodedRows): void {
    this.cells.written += encoded.cells;
    this.cells.truncated += encoded.truncated;
    this.cells.empty += encoded.emptyRows.length;
    for (const row of encoded.emptyRows) {
      if (this.firstEmpty.length < SHOWN) this.firstEmpty.push(this.cellId(rowStart + row));
    }
  }

  private shownId(column: number): string {
    return this.ids.ids[column] || this.source.var.index[column];
  }

  private cellId(row: number): string {
    return this.source.obs.index[row];
  }

  /** Returns the counts of all genes and of the known ones, with or without genes of another species. */
  private sums(otherSpecies: boolean): { total: number; known: number } {
    let total = 0;
    let known = 0;
    this.columnSums.forEach((sum, column) => {
      const kind = this.apart.kindOf[column];
      if (kind !== undefined && !(otherSpecies && isOtherSpecies(kind))) return;
      total += sum;
      if (this.resolved.tokenOfColumn[column] >= 0) known += sum;
    });
    return { total, known };
  }

  /**
   * Checks the blocks added so far. Does nothing as long as all counts are zero.
   *
   * @throws LogNormalizedError, FractionalCountsError, UnknownGenesError
   */
  check(): void {
    if (this.nonZero === 0) return;
    const { path } = this.source;
    if (!this.limits.allowFractional) checkWholeCounts(path, this);
    // A few human counts do not make mouse cells human: genes of other species are part of the total here.
    const { total, known } = this.sums(true);
    if (known / total < this.limits.minKnownShare) {
      const unknown = this.unknownColumns(true).map((column) => this.ids.ids[column]);
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

  private unknownColumns(otherSpecies: boolean): number[] {
    const columns: number[] = [];
    this.resolved.tokenOfColumn.forEach((token, column) => {
      const kind = this.apart.kindOf[column];
      if (token < 0 && (kind === undefined || (otherSpecies && isOtherSpecies(kind)))) columns.push(column);
    });
    return columns;
  }

  /** Returns how many columns were resolved in each way, without excluded columns. */
  private genes(): GeneCounts {
    const { genes } = this.resolved;
    let apart = 0;
    let blank = 0;
    this.apart.kindOf.forEach((kind, column) => {
      if (kind === undefined) return;
      apart++;
      if (this.ids.ids[column] === '') blank++;
    });
    return { ...genes, total: genes.total - apart, blank: genes.blank - blank };
  }

  /** Returns the features that the source excludes, then the excluded columns. */
  private setApart(): GeneReport['setApart'] {
    const own = new Map<string, GeneReport['setApart'][number]>();
    this.apart.kindOf.forEach((kind, column) => {
      if (kind === undefined) return;
      const counted = own.get(kind) ?? { kind, features: 0, counts: 0 };
      counted.features++;
      counted.counts += this.columnSums[column];
      own.set(kind, counted);
    });
    const bySource = this.source.setApart ?? [];
    return [...bySource.map((kind, at) => ({ ...kind, counts: this.apartSums[at] })), ...own.values()];
  }

  /**
   * Returns the report over the blocks added so far.
   *
   * @param withUnknown whether to include the counts of all unknown ids, to join it with the reports of other rows
   */
  report(withUnknown = false): GeneReport {
    const { total, known } = this.sums(false);
    const genes = this.genes();
    const unknown = this.unknownColumns(false);
    const bySum = unknown
      .filter((column) => this.columnSums[column] > 0)
      .sort((a, b) => this.columnSums[b] - this.columnSums[a] || a - b);
    return {
      path: this.source.path,
      vocabulary: { version: this.vocabulary.version, digest: this.vocabulary.digest },
      geneIds: this.ids.from,
      genes,
      setApart: this.setApart(),
      notes: [...(this.source.notes ?? [])],
      knownShareOfGenes: genes.known / genes.total,
      knownShareOfCounts: known / total,
      firstUnknown: unknown
        .map((column) => this.ids.ids[column])
        .filter((id) => id !== '')
        .slice(0, SHOWN),
      largestUnknown: bySum
        .slice(0, 2 * SHOWN)
        .map((column) => ({ id: this.shownId(column), share: this.columnSums[column] / total })),
      ...(withUnknown && {
        unknown: unknown.map((column) => ({ id: this.shownId(column), counts: this.columnSums[column] })),
      }),
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

const MOUSE_SYMBOL = /^[A-Z][a-z]+[A-Za-z0-9-]*$/;

/** Returns the likely reason why ids are not in the vocabulary, and what to do. */
function likelyCause(unknown: readonly string[], refusedSymbols: number, vocabulary: Vocabulary): string {
  const ids = unknown.filter((id) => id !== '');
  const most = (test: (id: string) => boolean): boolean => ids.filter(test).length * 2 > ids.length;
  if (ids.length === 0)
    return 'all ids are known, but those genes are hardly expressed; check that this is the right matrix';
  if (refusedSymbols * 2 > ids.length) {
    return 'these are gene symbols: name the var column of Ensembl ids with geneIds, or set symbols to accept them';
  }
  if (most((id) => speciesOf(id) === 'ENSMUSG'))
    return 'these are mouse genes: map them to their human orthologs first';
  if (most((id) => isEnsemblId(id) && !isHumanEnsemblId(id))) {
    return 'these are Ensembl ids of another species, or of transcripts or proteins: map them to human genes first';
  }
  if (most((id) => /^\d+$/.test(id))) return 'these are row numbers: name the var column of gene ids with geneIds';
  if (most((id) => MOUSE_SYMBOL.test(id)))
    return 'these look like mouse gene symbols: map them to human Ensembl ids first';
  const known = vocabulary.tokens.at(-1) ?? '';
  return `ids of vocabulary ${vocabulary.version} look like ${known}: use the vocabulary of these genes, or map the ids`;
}
