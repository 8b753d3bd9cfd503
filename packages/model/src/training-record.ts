/** One look at held-out cells during training. */
export interface Evaluation {
  /** Updates made so far. */
  step: number;
  epoch: number;
  /** Mean loss, nats. */
  loss: number;
  /** Share of cells classified right; absent in pretraining. */
  accuracy?: number;
}

/** What a training run did. Holds no times: the same run gives the same record. */
export interface TrainingRecord {
  /** Updates made. */
  steps: number;
  /** Passes over the cells. */
  epochs: number;
  cells: number;
  /** Tokens read in one pass over the cells, after cutting, without padding. */
  tokensPerEpoch: number;
  /** Share of computed positions that were padding. */
  paddingShare: number;
  /** Mean loss of each update, nats, before it was made. */
  losses: number[];
  /** Mean of the last tenth of `losses`. */
  finalLoss: number;
  evaluations: Evaluation[];
  /** Update of the best evaluation, by `metricForBestModel`; null when there was none. */
  bestStep: number | null;
  /** Update this run went on from, or null when it began at 0. */
  resumedFrom: number | null;
}

/** Index of the best evaluation, the first of equals; −1 when there is none. */
export function bestEvaluation(evaluations: readonly Evaluation[], metric: 'loss' | 'accuracy'): number {
  const score = ({ loss, accuracy }: Evaluation) => (metric === 'loss' ? -loss : (accuracy ?? -Infinity));
  const scores = evaluations.map(score);
  return scores.indexOf(scores.reduce((a, b) => Math.max(a, b), -Infinity));
}
