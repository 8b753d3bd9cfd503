/** Joins the predictions of all models in one table and measures each model. */
import { writeFile } from 'node:fs/promises';
import type { ChosenSettings } from '../data/classifiers.js';
import { compareWith } from '../results/comparisons.js';
import { measure } from '../results/measure.js';
import type { Metrics, ModelMetrics } from '../results/metrics.js';
import { concatenate, readPredictions, writePredictions, type Predictions } from '../results/predictions.js';
import { measureBudgets, type BudgetPredictions } from '../results/label-budgets.js';
import { defineStage, type FactsOf, from, type Made, many, type MadeBy } from '../run/define.js';
import type baseline from './baseline.js';
import { evaluateParams, gainParams, protocolParams, publishedParams } from './cell.params.js';
import type dataStage from './data.js';
import type finetune from './finetune.js';
import type splitStage from './split.js';

export default defineStage({
  name: 'evaluate',
  params: evaluateParams.extend({
    protocol: protocolParams,
    published: publishedParams,
    /** The two models that are compared at every percentage of the labels. */
    gain: gainParams.optional(),
  }),
  inputs: {
    data: from<typeof dataStage>(),
    split: from<typeof splitStage>(),
    runs: many<typeof finetune | typeof baseline>(),
  },
  outputs: { 'published/metrics.json': 'metrics.json', 'published/predictions.arrow': 'predictions.arrow' },
  async run({ task, params, inputs: { data, split, runs: made }, output, progress, environment }) {
    const { protocol, published, gain, resamples, level, seed } = params;
    const runs = await collectModels(made);
    const models = new Map(runs.filter(({ percent }) => percent === 100).map((run) => [run.model, run]));
    const intervals = { resamples, level, seed, byGroup: protocol.groupBy !== null };
    const measured: ModelMetrics[] = [];
    for (const [name, { label, family, init, predictions, seconds, chosen }] of models) {
      progress({ stage: 'evaluate', done: measured.length, total: models.size, unit: 'models', detail: label });
      measured.push({
        name,
        label,
        family,
        ...(init && { init }),
        ...measure(predictions, intervals),
        seconds,
        ...(chosen && { chosen }),
      });
    }
    const metrics: Metrics = {
      schema: 1,
      experiment: task.experiment,
      profile: task.profile,
      dataset: describeDataset(data.facts, split.facts),
      protocol: { folds: protocol.folds, groupBy: protocol.groupBy, seed: protocol.seed, unit: protocol.unit },
      models: measured,
      comparisons: compareWith(
        measured[0].name,
        new Map([...models].map(([name, { predictions }]) => [name, predictions])),
        intervals,
      ),
      ...(gain ? { labelBudgets: measureBudgets(withParts(runs), gain, intervals) } : {}),
      published,
      environment,
    };
    await writeFile(output['published/metrics.json'], JSON.stringify(metrics, null, 2) + '\n');
    await writePredictions(
      output['published/predictions.arrow'],
      new Map([...models].map(([name, { predictions }]) => [name, predictions])),
    );
  },
});

interface Collected extends BudgetPredictions {
  family: string;
  init: ModelMetrics['init'];
  chosen: ChosenSettings[] | undefined;
  seconds: { train: number; predict: number };
}

/** Joins the folds of each model; a baseline has all folds in one file, a fine-tuned model has one file per fold. */
async function collectModels(made: readonly MadeBy<typeof finetune | typeof baseline>[]): Promise<Collected[]> {
  const parts = new Map<string, { model: string; runs: Run[]; predictions: Predictions[] }>();
  for (const run of made) {
    for (const [model, predictions] of await readPredictions(run.file('predictions'))) {
      const key = `${model} ${run.facts.percent ?? 100}`;
      const part = parts.get(key) ?? { model, runs: [], predictions: [] };
      part.runs.push(run);
      part.predictions.push(predictions);
      parts.set(key, part);
    }
  }
  return [...parts.values()].map(({ model, runs, predictions }) => {
    const total = (what: string) => runs.reduce((sum, { timing }) => sum + (timing[what] ?? 0), 0);
    const trainCells = runs.reduce((sum, { facts }) => sum + facts.trainCells, 0);
    const joined = concatenate(predictions);
    const { label, family, init, percent = 100, chosen } = runs[0].facts;
    return {
      model,
      percent,
      trainCells: Math.round(trainCells / new Set(joined.folds).size),
      label,
      family,
      init,
      chosen,
      predictions: joined,
      seconds: { train: round(total('train')), predict: round(total('predict')) },
    };
  });
}

/** What a trained model says about itself. */
type Run = Made<
  string,
  {
    label: string;
    family: string;
    init?: 'pretrained' | 'random';
    percent?: number;
    trainCells: number;
    chosen?: ChosenSettings[];
  }
>;

/** Returns the runs of the models that were also trained with part of the labels. */
function withParts(runs: readonly Collected[]): Collected[] {
  const names = new Set(runs.filter(({ percent }) => percent < 100).map(({ model }) => model));
  return runs.filter(({ model }) => names.has(model));
}

/** Describes the cells of the comparison. */
function describeDataset(
  { id, source, synthetic, genes, sha256 }: FactsOf<typeof dataStage>,
  { cells, classes, groups }: { cells: number; classes: Record<string, number>; groups: number },
): Metrics['dataset'] {
  return { id, source, synthetic, cells, genes, classes, groups, sha256 };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
