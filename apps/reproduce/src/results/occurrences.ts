/** Measures predictions per occurrence: one gene in one cell. */
import { measure, type Estimate } from './measure.js';
import type { Predictions } from './predictions.js';

/** Scores over occurrences (one gene in one cell), as the published code reports them. Genes ranked in many cells count many times. */
export interface OccurrenceMetrics {
  rows: number;
  accuracy: Estimate;
  macroF1: Estimate;
  rocAuc: Estimate;
  confusion: number[][];
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
