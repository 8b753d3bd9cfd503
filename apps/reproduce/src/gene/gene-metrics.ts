/** `metrics.json` of a gene experiment: the fields of every experiment, and those of genes. */
import { measure, type Estimate } from '../results/measure.js';
import type { Metrics, ModelMetrics } from '../results/metrics.js';
import type { Predictions } from '../results/predictions.js';
import type { Comparison } from '../results/comparisons.js';

/** Scores over occurrences (one gene in one cell), as the published code reports them. Genes ranked in many cells count many times. */
export interface OccurrenceMetrics {
  rows: number;
  accuracy: Estimate;
  macroF1: Estimate;
  rocAuc: Estimate;
  confusion: number[][];
}

/** Scores of one model. Those inherited from `ModelMetrics` are per gene: one prediction per gene, the mean over the cells that rank it. */
export interface GeneModelMetrics extends ModelMetrics {
  learning: 'supervised' | 'semi-supervised';
  /** Scores with only a share of the training labels, in ascending order; the last share is 1. */
  coverage: { share: number; macroF1: Estimate; rocAuc: Estimate }[];
  occurrence?: OccurrenceMetrics;
}

export interface GeneMetrics extends Metrics {
  dataset: Metrics['dataset'] & { listed: Record<string, number>; unlabeled: number };
  /** Here `groupBy` describes the groups of genes, not of cells, that are kept in one fold; null without groups. */
  protocol: Metrics['protocol'] & { cells: 'shared' | 'held-out' };
  models: GeneModelMetrics[];
  comparisons: Comparison[];
  /** Models that were skipped because their checkpoint was not found. */
  absent: { label: string; checkpoint: string }[];
}

/**
 * Measures scores over occurrences. Intervals resample genes, because the occurrences of one gene are not independent.
 * @param genes the predictions per gene, which give the groups for resampling
 */
export function measureOccurrences(
  occurrences: Predictions,
  genes: Predictions,
  options: { resamples: number; level: number; seed: number },
): OccurrenceMetrics {
  // Fewer resamples, because each one scores hundreds of thousands of rows.
  const resamples = Math.min(options.resamples, MOST_RESAMPLES);
  const groupOf = new Map(genes.cellIds.map((id, row) => [id, genes.groups[row]]));
  const byGene = { ...occurrences, groups: occurrences.cellIds.map((id) => groupOf.get(id)!) };
  const { accuracy, macroF1, rocAuc, confusion } = measure(byGene, { ...options, resamples, byGroup: true });
  return { rows: occurrences.truth.length, accuracy, macroF1, rocAuc, confusion };
}

const MOST_RESAMPLES = 300;
