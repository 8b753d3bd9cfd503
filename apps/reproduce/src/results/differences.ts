/**
 * Differences between the first model and each of the others on the same resampled rows, with intervals that contain the differences from
 * all models together. A reader may look for the largest difference without being misled by the number of comparisons.
 */
import { bootstrapDistribution, simultaneousIntervals } from '@geneformer-ts/eval';
import { METRICS, resamplingOf, scoresOf, type IntervalOptions, type Metric } from './measure.js';
import { inOrder, type Predictions } from './predictions.js';

/** The first model minus the other. */
export interface Difference {
  mean: number;
  /** Contains the true difference, together with the intervals of all other models for this metric. */
  simultaneous95: [low: number, high: number];
  /** Two-sided, adjusted over all other models. */
  pValue: number;
}

/** Null where a score is not defined, as an area without one of the classes. */
export type Differences = Record<Metric, Difference | null>;

/** Returns the differences between the first model and each of the others. */
export function differencesFrom(
  reference: string,
  predictions: ReadonlyMap<string, Predictions>,
  options: IntervalOptions,
): Map<string, Differences> {
  const models = new Map([...predictions].map(([name, own]) => [name, inOrder(own)]));
  const others = [...models.keys()].filter((name) => name !== reference);
  const byMetric = METRICS.map((metric) => differencesOf(metric, reference, models, options));
  return new Map(
    others.map((name) => {
      const own = METRICS.map((metric, i) => [metric, byMetric[i].get(name) ?? null]);
      return [name, Object.fromEntries(own) as Differences];
    }),
  );
}

function differencesOf(
  metric: Metric,
  reference: string,
  models: ReadonlyMap<string, Predictions>,
  options: IntervalOptions,
): Map<string, Difference> {
  const scored = [...models].map(([name, predictions]) => {
    const score = scoresOf(predictions)[metric];
    const everyRow = new Int32Array(predictions.truth.length).fill(1);
    return { name, score, mean: score(everyRow), predictions };
  });
  const first = scored.find(({ name }) => name === reference);
  const others = scored.filter(({ name, mean }) => name !== reference && Number.isFinite(mean));
  if (!first || !Number.isFinite(first.mean) || others.length === 0) return new Map();
  // One seed and one order of the rows give every model the same resamples.
  const draw = ({ score, predictions }: (typeof scored)[number]) =>
    bootstrapDistribution(predictions.truth.length, score, resamplingOf(predictions, options));
  const own = draw(first);
  const found = simultaneousIntervals(
    others.map(({ mean }) => first.mean - mean),
    others.map((other) => draw(other).map((value, i) => own[i] - value)),
    { level: options.level },
  );
  return new Map(
    found.map(({ estimate, interval, pValue }, i) => [
      others[i].name,
      { mean: estimate, simultaneous95: interval, pValue },
    ]),
  );
}
