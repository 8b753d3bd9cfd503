import type { TotalsReport } from '../counts/cell-totals.js';
import type { GeneCounts } from './resolve-genes.js';

/** Genes and counts of a file relative to a vocabulary. Shares are between 0 and 1; NaN if the whole is empty. */
export interface GeneReport {
  path: string;
  vocabulary: { version: string; digest: string };
  /** Where the gene ids were found: 'var index' or 'var column …'. */
  geneIds: string;
  genes: GeneCounts;
  /**
   * Features that are excluded from the genes, by kind, with their counts: antibodies, peaks, excluded probes, genes of
   * another species. They get no tokens and are not part of `counts` or of the cells' totals.
   */
  setApart: { kind: string; features: number; counts: number }[];
  /** Remarks on how the file was read. */
  notes: string[];
  knownShareOfGenes: number;
  knownShareOfCounts: number;
  /** The first ids that are not in the vocabulary, in file order. */
  firstUnknown: string[];
  /** The unknown ids with the most counts, and their share of all counts. */
  largestUnknown: { id: string; share: number }[];
  /** All ids that are not in the vocabulary, in file order, with their counts; only with the option `rows`. */
  unknown?: { id: string; counts: number }[];
  counts: {
    total: number;
    known: number;
    /** Number of entries that are not zero. */
    nonZero: number;
    /** Number of entries that are not whole numbers. */
    fractional: number;
    largest: number;
  };
  totals: TotalsReport;
  cells: {
    total: number;
    /** Removed because filter_pass is not 1. */
    filtered: number;
    /** Removed because the cell expresses no gene of the vocabulary. */
    empty: number;
    written: number;
    /** Written without their lowest-ranked genes, which exceed the maximum length. */
    truncated: number;
  };
  truncatedShare: number;
  /** The first cells removed as empty. */
  firstEmpty: string[];
}

const COUNTED: readonly (keyof GeneCounts)[] = [
  'total',
  'known',
  'versioned',
  'prefixed',
  'yCopies',
  'mapped',
  'symbols',
  'refusedSymbols',
  'duplicates',
  'blank',
];

function distinct(values: readonly string[], most = Infinity): string[] {
  return [...new Set(values)].slice(0, most);
}

function mergeKinds(reports: readonly GeneReport[]): GeneReport['setApart'] {
  const kinds = new Map<string, GeneReport['setApart'][number]>();
  for (const { kind, features, counts } of reports.flatMap(({ setApart }) => setApart)) {
    const merged = kinds.get(kind) ?? { kind, features: 0, counts: 0 };
    merged.features += features;
    merged.counts += counts;
    kinds.set(kind, merged);
  }
  return [...kinds.values()];
}

/** Returns one report for several files: cells and counts are summed, genes count once per file, shares are of the sums. */
export function mergeReports(reports: readonly GeneReport[]): GeneReport {
  const first = reports[0];
  if (reports.length === 1) return first;
  const sum = (pick: (report: GeneReport) => number): number =>
    reports.reduce((total, report) => total + pick(report), 0);
  const largest = (pick: (report: GeneReport) => number): number =>
    reports.reduce((most, report) => Math.max(most, pick(report)), -Infinity);

  const genes = { ...first.genes };
  for (const key of COUNTED) genes[key] = sum((report) => report.genes[key]);
  const total = sum((report) => report.counts.total);
  const known = sum((report) => report.counts.known);
  const unknown = new Map<string, number>();
  for (const report of reports) {
    for (const { id, share } of report.largestUnknown) {
      unknown.set(id, (unknown.get(id) ?? 0) + (share * report.counts.total) / total);
    }
  }
  const written = sum((report) => report.cells.written);
  const truncated = sum((report) => report.cells.truncated);
  return {
    path: reports.map(({ path }) => path).join(', '),
    vocabulary: first.vocabulary,
    geneIds: distinct(reports.map(({ geneIds }) => geneIds)).join(', '),
    genes,
    setApart: mergeKinds(reports),
    notes: reports.flatMap(({ path, notes }) => notes.map((note) => `${path}: ${note}`)),
    knownShareOfGenes: genes.known / genes.total,
    knownShareOfCounts: known / total,
    firstUnknown: distinct(
      reports.flatMap(({ firstUnknown }) => firstUnknown),
      first.firstUnknown.length,
    ),
    largestUnknown: [...unknown]
      .map(([id, share]) => ({ id, share }))
      .sort((a, b) => b.share - a.share || (a.id < b.id ? -1 : 1))
      .slice(0, first.largestUnknown.length),
    counts: {
      total,
      known,
      nonZero: sum((report) => report.counts.nonZero),
      fractional: sum((report) => report.counts.fractional),
      largest: largest((report) => report.counts.largest),
    },
    totals: {
      from: distinct(reports.map(({ totals }) => totals.from)).join(', '),
      disagreeing: sum((report) => report.totals.disagreeing),
      largestDifference: largest((report) => report.totals.largestDifference),
    },
    cells: {
      total: sum((report) => report.cells.total),
      filtered: sum((report) => report.cells.filtered),
      empty: sum((report) => report.cells.empty),
      written,
      truncated,
    },
    truncatedShare: truncated / written,
    firstEmpty: reports.flatMap(({ firstEmpty }) => firstEmpty).slice(0, 5),
  };
}
