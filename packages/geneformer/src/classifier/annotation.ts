import type { DenseMatrix } from '@geneformer-ts/core';
import type { CountsReport } from '../cells/tokenized-cells.js';
import { bestClasses, type Calibration, scale } from './calibrate.js';

/** The label of a cell whose best class has too low a score. */
export const UNKNOWN = 'unknown';

/** Labels of the cells of a file, in its order. */
export interface Annotation {
  /** The label of each cell, or `unknown` below the threshold; null without a gene that the model knows. */
  label: (string | null)[];
  /** Calibrated probability of the best label; NaN without a gene that the model knows. */
  score: Float32Array;
  /** The best label of each cell, also below the threshold. */
  best: (string | null)[];
  /** Calibrated probabilities, cells × labels, row by row. */
  probabilities: DenseMatrix;
  /** Labels by column of `probabilities`. */
  labels: string[];
  /** Score below which a cell is unknown. */
  threshold: number;
  /** Counts and genes that were read of the file. */
  report: CountsReport;
}

/**
 * Returns the annotation of all cells of a file.
 *
 * @param predicted probabilities of the tokenized cells, before calibration
 * @param rows row in the file of each of these cells
 */
export function annotationOf(
  predicted: { probabilities: Float32Array; labels: readonly string[] },
  rows: Int32Array,
  cells: number,
  { temperature, threshold }: Calibration,
): Omit<Annotation, 'report'> {
  const labels = [...predicted.labels];
  const scaled = scale(predicted.probabilities, labels.length, temperature);
  const found = bestClasses(scaled, labels.length);
  const data = new Float32Array(cells * labels.length).fill(NaN);
  const score = new Float32Array(cells).fill(NaN);
  const best = new Array<string | null>(cells).fill(null);
  const label = new Array<string | null>(cells).fill(null);
  rows.forEach((row, at) => {
    data.set(scaled.subarray(at * labels.length, (at + 1) * labels.length), row * labels.length);
    score[row] = found.score[at];
    best[row] = labels[found.best[at]];
    label[row] = found.score[at] < threshold ? UNKNOWN : labels[found.best[at]];
  });
  return { label, score, best, probabilities: { rows: cells, cols: labels.length, data }, labels, threshold };
}

/**
 * Gives all cells of a cluster the most frequent label among its cells, so that single errors disappear. Unknown cells
 * vote too.
 *
 * @param clusters cluster of each cell; cells without one keep their label
 * @example
 * majorityVote(['T', 'T', 'B'], ['0', '0', '0']); // ['T', 'T', 'T']
 */
export function majorityVote(
  label: readonly (string | null)[],
  clusters: readonly (string | null)[],
): (string | null)[] {
  const votes = new Map<string, Map<string, number>>();
  clusters.forEach((cluster, cell) => {
    const vote = label[cell];
    if (cluster === null || vote === null) return;
    const counts = votes.get(cluster) ?? new Map<string, number>();
    counts.set(vote, (counts.get(vote) ?? 0) + 1);
    votes.set(cluster, counts);
  });
  const winner = new Map([...votes].map(([cluster, counts]) => [cluster, mostFrequent(counts)]));
  return label.map((own, cell) => winner.get(clusters[cell] ?? '') ?? own);
}

function mostFrequent(counts: ReadonlyMap<string, number>): string {
  // Equal counts go to the name that sorts first, so that the order of the cells does not matter.
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0][0];
}
