/** Joins the predictions of all models in one table and measures each model. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PublishedFigure } from '../config/cell-experiment.js';
import type { ChosenSettings } from '../data/classifiers.js';
import { compareWith } from '../results/comparisons.js';
import { measure } from '../results/measure.js';
import type { Metrics, ModelMetrics } from '../results/metrics.js';
import { concatenate, readPredictions, writePredictions, type Predictions } from '../results/predictions.js';
import { measureBudgets, type BudgetPredictions } from '../results/label-budgets.js';
import type { Stage, StageInputs } from '../run/stage.js';
import type { EvaluateParams, ProtocolParams } from './cell.params.js';

type Params = EvaluateParams & {
  protocol: ProtocolParams;
  published: PublishedFigure[];
  /** The two models that are compared at every percentage of the labels. */
  gain?: { of: string; over: string };
};

const stage: Stage<Params> = {
  async run({ identity, params, inputs, scratch, progress, environment }) {
    await mkdir(scratch, { recursive: true });
    const { protocol, published, gain, resamples, level, seed } = params;
    const runs = await collectModels(inputs);
    const models = new Map(runs.filter(({ percent }) => percent === 100).map((run) => [run.model, run]));
    const intervals = { resamples, level, seed, byGroup: protocol.groupBy !== null };
    const measured: ModelMetrics[] = [];
    for (const [name, { label, family, predictions, seconds, chosen }] of models) {
      progress({ stage: 'evaluate', done: measured.length, total: models.size, unit: 'models', detail: label });
      measured.push({ name, label, family, ...measure(predictions, intervals), seconds, ...(chosen && { chosen }) });
    }
    const metrics: Metrics = {
      schema: 1,
      experiment: identity.experiment,
      profile: identity.profile,
      dataset: describeDataset(inputs),
      protocol: { folds: protocol.folds, groupBy: protocol.groupBy, seed: protocol.seed, unit: protocol.unit },
      models: measured,
      comparisons: compareWith(
        measured[0].name,
        new Map([...models].map(([name, { predictions }]) => [name, predictions])),
      ),
      ...(gain ? { labelBudgets: measureBudgets(withParts(runs), gain, intervals) } : {}),
      published,
      environment,
    };
    const file = path.join(scratch, 'metrics.json');
    await writeFile(file, JSON.stringify(metrics, null, 2) + '\n');
    const table = path.join(scratch, 'predictions.arrow');
    await writePredictions(table, new Map([...models].map(([name, { predictions }]) => [name, predictions])));
    return { outputs: {}, publish: { 'metrics.json': file, 'predictions.arrow': table } };
  },
};
export default stage;

interface Collected extends BudgetPredictions {
  family: string;
  chosen: ChosenSettings[] | undefined;
  seconds: { train: number; predict: number };
}

/** Joins the folds of each model; a baseline has all folds in one file, a fine-tuned model has one file per fold. */
async function collectModels(inputs: StageInputs): Promise<Collected[]> {
  const parts = new Map<string, { model: string; stages: string[]; predictions: Predictions[] }>();
  for (const stageName of inputs.names()) {
    if (!inputs.manifest(stageName).outputs['predictions']) continue;
    for (const [model, predictions] of await readPredictions(inputs.file(stageName, 'predictions'))) {
      const key = `${model} ${percentOf(inputs, stageName)}`;
      const part = parts.get(key) ?? { model, stages: [], predictions: [] };
      part.stages.push(stageName);
      part.predictions.push(predictions);
      parts.set(key, part);
    }
  }
  return [...parts.values()].map(({ model, stages, predictions }) => {
    const [first = ''] = stages;
    const total = (what: string) => stages.reduce((sum, name) => sum + (inputs.manifest(name).timing[what] ?? 0), 0);
    const trainCells = stages.reduce((sum, name) => sum + inputs.fact<number>(name, 'trainCells'), 0);
    const joined = concatenate(predictions);
    return {
      model,
      percent: percentOf(inputs, first),
      trainCells: Math.round(trainCells / new Set(joined.folds).size),
      label: inputs.fact(first, 'label'),
      family: inputs.fact(first, 'family'),
      chosen: inputs.fact<ChosenSettings[] | undefined>(first, 'chosen'),
      predictions: joined,
      seconds: { train: round(total('train')), predict: round(total('predict')) },
    };
  });
}

/** Returns the percentage of the labels that a stage was trained with. */
function percentOf(inputs: StageInputs, stage: string): number {
  return inputs.fact<number | undefined>(stage, 'percent') ?? 100;
}

/** Returns the runs of the models that were also trained with part of the labels. */
function withParts(runs: readonly Collected[]): Collected[] {
  const names = new Set(runs.filter(({ percent }) => percent < 100).map(({ model }) => model));
  return runs.filter(({ model }) => names.has(model));
}

function describeDataset(inputs: StageInputs): Metrics['dataset'] {
  return {
    id: inputs.fact('data', 'id'),
    source: inputs.fact('data', 'source'),
    synthetic: inputs.fact('data', 'synthetic'),
    cells: inputs.fact('split', 'cells'),
    genes: inputs.fact('data', 'genes'),
    classes: inputs.fact('split', 'classes'),
    groups: inputs.fact('split', 'groups'),
    sha256: inputs.fact('data', 'sha256'),
  };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
