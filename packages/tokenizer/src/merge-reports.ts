import type { GeneReport } from './gene-report.js';
import type { GeneCounts } from './resolve-genes.js';

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

/** Reports of several files as one: cells and counts added up, genes counted once a file, shares of the sums. */
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
