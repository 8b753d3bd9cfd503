/** Answers the questions of a generalization experiment by comparing two models on the same test cells. */
import { holm, mcNemarTest, simultaneousIntervals } from '@geneformer-ts/eval';
import type { IntervalOptions } from '../results/measure.js';
import { drawnDifference, pairedClasses, type PairedDifference } from '../results/comparisons.js';
import { predictedClasses, type Predictions } from '../results/predictions.js';
import type { ReferenceParams } from '../stages/generalization.params.js';

/** One model with one percentage of the labels in one context, and its predictions. */
export interface Run {
  model: string;
  encoding?: string;
  start?: string;
  family: string;
  percent: number;
  context: string;
  predictions: Predictions;
}

/** Does pretraining help? Does rank value encoding help? Does the transformer outperform a classical classifier? */
export type Question = 'pretraining' | 'encoding' | 'baselines';

/** A comparison of two models. Differences are first minus second; `holm` is adjusted over all comparisons of the question. */
export interface Comparison extends PairedDifference {
  question: Question;
  first: string;
  second: string;
  percent: number;
  context: string;
  mcNemar: { onlyFirst: number; onlySecond: number; pValue: number; holm: number };
  /** Intervals that contain the differences of all comparisons of the question together. */
  simultaneous95: Record<keyof PairedDifference, [low: number, high: number]>;
}

export function compareRuns(runs: readonly Run[], reference: ReferenceParams, options: IntervalOptions): Comparison[] {
  return (['pretraining', 'encoding', 'baselines'] as const).flatMap((question) => {
    const raw = pairsOf(question, runs, reference).map(([first, second]) => {
      const ours = first.predictions;
      const theirs = pairedClasses(ours, second.predictions);
      const { onlyFirst, onlySecond, pValue } = mcNemarTest(ours.truth, predictedClasses(ours), theirs);
      return {
        question,
        first: first.model,
        second: second.model,
        percent: first.percent,
        context: first.context,
        drawn: drawnDifference(ours, second.predictions, options),
        mcNemar: { onlyFirst, onlySecond, pValue },
      };
    });
    const adjusted = holm(raw.map(({ mcNemar }) => mcNemar.pValue));
    const together = (metric: keyof PairedDifference) =>
      simultaneousIntervals(
        raw.map(({ drawn }) => drawn[metric].estimate.mean),
        raw.map(({ drawn }) => drawn[metric].draws),
        { level: options.level },
      ).map(({ interval }) => interval);
    const [accuracy, macroF1] = [together('accuracy'), together('macroF1')];
    return raw.map(({ drawn, ...one }, at) => ({
      ...one,
      accuracy: drawn.accuracy.estimate,
      macroF1: drawn.macroF1.estimate,
      mcNemar: { ...one.mcNemar, holm: adjusted[at] },
      simultaneous95: { accuracy: accuracy[at], macroF1: macroF1[at] },
    }));
  });
}

/** Returns the pairs of runs that a question compares, each with the same context and percentage of the labels. */
function pairsOf(
  question: Question,
  runs: readonly Run[],
  { encoding, initialization }: ReferenceParams,
): [first: Run, second: Run][] {
  const isSecond: Record<Question, (first: Run, second: Run) => boolean> = {
    pretraining: (first, second) => second.encoding === first.encoding && second.start !== initialization,
    encoding: (first, second) =>
      first.encoding === encoding && second.encoding !== encoding && second.start === initialization,
    baselines: (first, second) => first.encoding === encoding && second.encoding === undefined,
  };
  const sameCell = (a: Run, b: Run) => a.context === b.context && a.percent === b.percent;
  return runs
    .filter(({ start }) => start === initialization)
    .flatMap((first) =>
      runs
        .filter((second) => sameCell(first, second) && isSecond[question](first, second))
        .map((second): [Run, Run] => [first, second]),
    );
}
