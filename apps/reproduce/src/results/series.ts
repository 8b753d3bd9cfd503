/** Joins the predictions that training tasks left: one series per model, percentage of the labels and context. */
import type { ChosenSettings } from '../data/classifiers.js';
import type { Made } from '../run/define.js';
import { concatenate, readPredictions, type Predictions } from './predictions.js';

/** What a training task says about the model that it trained. */
export interface RunFacts {
  /** Default: the name in its file of predictions. */
  model?: string;
  label: string;
  family: string;
  /** Only for transformers: whether the weights come from pretraining. */
  init?: 'pretrained' | 'random';
  /** Only for transformers in a grid: the encoding of the cells and the initialization of the weights. */
  encoding?: string;
  start?: string;
  learning?: 'supervised' | 'semi-supervised';
  percent?: number;
  context?: string;
  trainCells?: number;
  chosen?: ChosenSettings[];
  /** The checkpoint that was not found; the task left no predictions. */
  absent?: string;
}
export type Run = Made<string, RunFacts>;

/** The predictions of one model with one percentage of the labels in one context, over all folds. */
export interface Series {
  model: string;
  percent: number;
  context: string | undefined;
  /** The facts of its first run. */
  facts: RunFacts;
  runs: Run[];
  predictions: Predictions;
  /** One row per gene and cell, where genes are predicted in cells. */
  occurrences?: Predictions;
}

/** Joins the folds of each series: some tasks leave one fold, others all folds in one file. Series are in the order of the runs. */
export async function collectSeries(made: readonly Run[]): Promise<Series[]> {
  const parts = new Map<
    string,
    Omit<Series, 'predictions' | 'occurrences'> & Record<'rows' | 'occurrences', Predictions[]>
  >();
  for (const run of made) {
    if (!run.has('predictions')) continue;
    for (const [name, predictions] of await readPredictions(run.file('predictions'))) {
      const named = parseSeriesName(name);
      const { model = named.model, percent = named.percent, context } = run.facts;
      const key = `${model} ${percent} ${context}`;
      const part = parts.get(key) ?? { model, percent, context, facts: run.facts, runs: [], rows: [], occurrences: [] };
      parts.set(key, part);
      part.runs.push(run);
      part.rows.push(predictions);
      if (percent !== 100 || !run.has('occurrences')) continue;
      part.occurrences.push(...(await readPredictions(run.file('occurrences'))).values());
    }
  }
  return [...parts.values()].map(({ rows, occurrences, ...part }) => ({
    ...part,
    predictions: concatenate(rows),
    ...(occurrences.length > 0 && { occurrences: concatenate(occurrences) }),
  }));
}

/** Returns the seconds of one kind of work, over all folds. */
export function secondsOf({ runs }: Series, work: 'train' | 'predict'): number {
  const seconds = runs.reduce((sum, { timing }) => sum + (timing[work] ?? 0), 0);
  return Math.round(seconds * 1000) / 1000;
}

/** Returns the name of the predictions of a model with a share of the labels: `geneformer@0.25`, or `geneformer` with all labels. */
export function seriesName(model: string, share: number): string {
  return share === 1 ? model : `${model}@${share}`;
}

function parseSeriesName(name: string): { model: string; percent: number } {
  const [model = '', share = '1'] = name.split('@');
  // Rounded, because 100 × 0.07 is not exactly 7.
  return { model, percent: Math.round(1e6 * Number(share)) / 1e4 };
}
