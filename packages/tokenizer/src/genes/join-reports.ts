import { ArgumentError } from '@geneformer-ts/core';
import { type GeneReport, mergeReports } from './gene-report.js';

/**
 * Returns the report of a file from the reports of consecutive ranges of its rows, which the option `rows` of `tokenizeCells` gives: that of the
 * whole file. Counts that are not whole numbers may be rounded in another order.
 *
 * ```ts
 * const half = { from: 0, to: 1350 };
 * const { report: first } = await tokenizeCells(cells, vocabulary, 'first.dataset', { rows: half });
 * const { report: second } = await tokenizeCells(cells, vocabulary, 'second.dataset', { rows: { from: 1350, to: 2700 } });
 * joinReports([first, second]).cells.total; // 2700
 * ```
 *
 * @param reports at least one, in the order of the rows
 * @throws ArgumentError without reports, or if they are not of one file and vocabulary
 */
export function joinReports(reports: readonly GeneReport[]): GeneReport {
  if (reports.length === 0) throw ArgumentError.of('reports', [], 'at least one report');
  const [first] = reports;
  const other = reports.find(
    ({ path, vocabulary }) => path !== first.path || vocabulary.digest !== first.vocabulary.digest,
  );
  if (other) throw new ArgumentError('reports', `are of ${first.path} and ${other.path}`, 'give those of one file');
  const { path, vocabulary, geneIds, genes, notes, knownShareOfGenes, firstUnknown } = first;
  const merged = mergeReports(reports);
  const joined: GeneReport = {
    ...merged,
    ...{ path, vocabulary, geneIds, genes, knownShareOfGenes, firstUnknown },
    notes: [...notes],
    setApart: first.setApart.map((kind, at) => ({
      ...kind,
      counts: reports.reduce((sum, { setApart }) => sum + setApart[at].counts, 0),
    })),
    largestUnknown: largestUnknown(reports, merged),
  };
  delete joined.unknown;
  return joined;
}

/** Returns the unknown ids with the most counts, from all counts if the reports have them. */
function largestUnknown(reports: readonly GeneReport[], { largestUnknown: listed, counts }: GeneReport) {
  const ids = reports[0].unknown;
  if (!ids || !reports.every(({ unknown }) => unknown?.length === ids.length)) return listed;
  const sums = ids.map(({ id }, at) => ({
    id,
    at,
    sum: reports.reduce((total, { unknown }) => total + unknown![at].counts, 0),
  }));
  return sums
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum || a.at - b.at)
    .slice(0, 10)
    .map(({ id, sum }) => ({ id, share: sum / counts.total }));
}
