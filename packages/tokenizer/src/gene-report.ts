import type { TotalsReport } from './cell-totals.js';
import type { GeneCounts } from './resolve-genes.js';

/** What a file's genes and counts are to a vocabulary. Shares are fractions of 1, NaN of nothing. */
export interface GeneReport {
  path: string;
  vocabulary: { version: string; digest: string };
  /** Where the ids were read: 'var index' or 'var column …'. */
  geneIds: string;
  genes: GeneCounts;
  /**
   * Features of the file that are not among its genes, by kind, with their counts: antibodies, peaks, probes that are left
   * out, genes of another species. They are neither tokens nor part of `counts` and of the cells' totals.
   */
  setApart: { kind: string; features: number; counts: number }[];
  /** What else a user should know of how the file was read. */
  notes: string[];
  knownShareOfGenes: number;
  knownShareOfCounts: number;
  /** The first ids that are not in the vocabulary, in file order. */
  firstUnknown: string[];
  /** The unknown ids with most counts, and their share of all counts. */
  largestUnknown: { id: string; share: number }[];
  counts: {
    total: number;
    known: number;
    /** Entries that are not zero. */
    nonZero: number;
    /** Those entries that are not whole numbers. */
    fractional: number;
    largest: number;
  };
  totals: TotalsReport;
  cells: {
    total: number;
    /** Left out because filter_pass was not 1. */
    filtered: number;
    /** Left out because no gene of the vocabulary is expressed. */
    empty: number;
    written: number;
    /** Written, with fewer genes than expressed because no more fit. */
    truncated: number;
  };
  truncatedShare: number;
  /** The first cells left out as empty. */
  firstEmpty: string[];
}
