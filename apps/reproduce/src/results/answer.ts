/** Answers the question of an experiment in two sentences, from the scores and the differences with their intervals. */
import type { Differences } from './differences.js';
import type { Estimate, Metric } from './measure.js';
import type { Metrics, ModelMetrics } from './metrics.js';
import { score, signed } from './words.js';

/** Another model, and the score of the first model minus its score. */
export interface Compared {
  label: string;
  difference: number;
  interval: readonly [low: number, high: number];
}

export interface Answered {
  /** The name of the score within a sentence: `macro F1`. */
  metric: string;
  model: { label: string; score: Estimate };
  /** What the models are tested on: `held-out cells`. */
  testedOn: string;
  /** The model that starts from random weights, if there is one. */
  unpretrained: Compared | undefined;
  classical: readonly Compared[];
  /** The number of differences for which the intervals are corrected. */
  comparisons: number;
}

export function answer({ metric, model, testedOn, unpretrained, classical, comparisons }: Answered): string[] {
  const { label } = model;
  const reached = `${label} reaches ${metric} ${score(model.score.mean)} (95 % interval ${range(model.score.ci95)}) on ${testedOn}`;
  const first = unpretrained
    ? `${reached}, ${verdict(unpretrained)}: difference ${signed(unpretrained.difference)}, 95 % interval ${range(unpretrained.interval, signed)}${corrected(comparisons)}.`
    : `${reached}.`;
  return classical.length > 0 ? [first, rivals(label, classical)] : [first];
}

/** Names the other model instead of pretraining, because the two may differ in more than their start: one may be frozen. */
function verdict({ label, interval: [low, high] }: Compared): string {
  if (low > 0) return `better than ${label}`;
  return high < 0 ? `worse than ${label}` : `not measurably different from ${label}`;
}

/** Says which classical classifiers are better, worse, or neither, and names the one with the largest difference of each kind. */
function rivals(label: string, classical: readonly Compared[]): string {
  const total = classical.length;
  const kinds = [
    { which: classical.filter(({ interval }) => interval[1] < 0), did: `outperformed ${label}` },
    { which: classical.filter(({ interval }) => interval[0] > 0), did: `performed worse than ${label}` },
    {
      which: classical.filter(({ interval: [low, high] }) => !(high < 0) && !(low > 0)),
      did: `did not differ from ${label} measurably`,
    },
  ].filter(({ which }) => which.length > 0);
  const parts = kinds.map(({ which, did }) => {
    const [most] = which.toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
    const extreme = `${most.label}, ${signed(most.difference)}, 95 % interval ${range(most.interval, signed)}`;
    return `${which.length} ${did} (${which.length > 1 ? 'largest difference: ' : ''}${extreme})`;
  });
  return `Of ${total} classical classifiers, ${listed(parts)}.`;
}

function corrected(comparisons: number): string {
  return comparisons > 1 ? `, corrected for ${comparisons} comparisons` : '';
}

const WORDS = { accuracy: 'accuracy', macroF1: 'macro F1', rocAuc: 'ROC AUC' } as const;

/** Answers a cell or gene experiment, by one metric. */
export function answerOf({ models, comparisons, dataset, protocol }: Metrics, metric: Metric): string[] {
  const [first] = models;
  const compared = (own: readonly ModelMetrics[]): Compared[] =>
    own.flatMap(({ name, label }) => {
      const found = comparisons.find(({ model }) => model === name)?.differences[metric];
      return found ? [{ label, difference: found.mean, interval: found.simultaneous95 }] : [];
    });
  const isUnpretrained = ({ init }: ModelMetrics) => first.init === 'pretrained' && init === 'random';
  return answer({
    metric: WORDS[metric],
    model: { label: first.label, score: first[metric] },
    testedOn: `held-out ${dataset.synthetic ? 'simulated ' : ''}${protocol.unit}s`,
    unpretrained: compared(models.filter(isUnpretrained))[0],
    classical: compared(models.filter(({ family }) => family !== 'transformer' && family !== 'floor')),
    comparisons: comparisons.filter(({ differences }: { differences: Differences }) => differences[metric]).length,
  });
}

function range([low, high]: readonly [number, number], write: (value: number) => string = score): string {
  return `${write(low)} to ${write(high)}`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 3 ? parts.join(' and ') : `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)}`;
}
