/** `metrics.json` of a gene experiment: that of every experiment, and what only genes have. */
import { measure, type Estimate } from '../results/measure.js';
import type { Metrics, ModelMetrics } from '../results/metrics.js';
import type { Predictions } from '../results/predictions.js';
import type { Comparison } from '../results/comparisons.js';

/** Scores over occurrences, a gene in a cell each: what the published code reports. Genes seen in many cells count many times. */
export interface OccurrenceMetrics {
  rows: number;
  accuracy: Estimate;
  macroF1: Estimate;
  rocAuc: Estimate;
  confusion: number[][];
}

/** The scores inherited from `ModelMetrics` are per gene: one prediction a gene, the mean over the cells that rank it. */
export interface GeneModelMetrics extends ModelMetrics {
  learning: 'supervised' | 'semi-supervised';
  /** With a share of the training labels shown and the others hidden, ascending; the last is the whole. */
  coverage: { share: number; macroF1: Estimate; rocAuc: Estimate }[];
  occurrence?: OccurrenceMetrics;
}

export interface GeneMetrics extends Metrics {
  dataset: Metrics['dataset'] & { listed: Record<string, number>; unlabelled: number };
  /** `groupBy` is what keeps genes, not cells, in one fold together; null where every gene stands by itself. */
  protocol: Metrics['protocol'] & { cells: 'shared' | 'held-out' };
  models: GeneModelMetrics[];
  comparisons: Comparison[];
  /** Models left out because what they start from is not there. */
  absent: { label: string; checkpoint: string }[];
}

/**
 * Intervals from resampling genes, since the occurrences of one gene are not independent.
 * @param genes the predictions per gene, which know the groups that genes are drawn in
 */
export function measureOccurrences(
  occurrences: Predictions,
  genes: Predictions,
  options: { resamples: number; level: number; seed: number },
): OccurrenceMetrics {
  // Fewer resamples: each runs over hundreds of thousands of rows.
  const resamples = Math.min(options.resamples, MOST_RESAMPLES);
  const groupOf = new Map(genes.cellIds.map((id, row) => [id, genes.groups[row]]));
  const byGene = { ...occurrences, groups: occurrences.cellIds.map((id) => groupOf.get(id)!) };
  const { accuracy, macroF1, rocAuc, confusion } = measure(byGene, { ...options, resamples, byGroup: true });
  return { rows: occurrences.truth.length, accuracy, macroF1, rocAuc, confusion };
}

const MOST_RESAMPLES = 300;
