/** Measures every cell of the grid and compares the models in pairs. */
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { measure } from '../results/measure.js';
import { readPredictions, writePredictions } from '../results/predictions.js';
import { defineStage, from, type Made, many } from '../run/define.js';
import { compareRuns, type Run } from '../transfer/compare.js';
import { contextsOf, seriesName } from '../transfer/grid.js';
import type { TransferMetrics, TransferModel } from '../transfer/transfer-metrics.js';
import { evaluateParams } from './cell.params.js';
import type classical from './classical.js';
import type contextSplit from './context-split.js';
import type dataStage from './data.js';
import { contextParams, referenceParams, transferProtocolParams } from './generalization.params.js';
import type score from './score.js';

export default defineStage({
  name: 'transfer-evaluate',
  params: evaluateParams.extend({
    protocol: transferProtocolParams,
    contexts: z.record(z.string(), contextParams),
    reference: referenceParams,
  }),
  inputs: {
    data: from<typeof dataStage>(),
    split: from<typeof contextSplit>(),
    runs: many<typeof score | typeof classical>(),
  },
  outputs: { 'published/metrics.json': 'metrics.json', 'published/predictions.arrow': 'predictions.arrow' },
  async run({ task, params, inputs: { data, split, runs: made }, output, progress, environment }) {
    const { protocol, reference, resamples, level, seed } = params;
    const { shift, folds } = protocol;
    // Where the contexts are groups of one column, the cells of a group are not independent.
    const intervals = { resamples, level, seed, byGroup: shift.kind === 'held-out' };
    const runs = await collect(made);
    const grid = runs.map(({ model, percent, context, trainCells, predictions }, done) => {
      progress({ stage: 'evaluate', done, total: runs.length, unit: 'runs', detail: `${model}, ${context}` });
      const { confusion: _confusion, ...scores } = measure(predictions, intervals);
      return { model, percent, context, trainCells, testCells: predictions.truth.length, ...scores };
    });
    const counted = split.facts.folds;
    const metrics: TransferMetrics = {
      schema: 1,
      experiment: task.experiment,
      profile: task.profile,
      dataset: {
        id: data.facts.id,
        source: data.facts.source,
        synthetic: data.facts.synthetic,
        cells: split.facts.cells,
        genes: data.facts.genes,
        classes: split.facts.classes,
        groups: split.facts.groups,
        sha256: data.facts.sha256,
      },
      protocol: {
        folds,
        groupBy: shift.kind === 'held-out' ? shift.column : null,
        seed: protocol.seed,
        unit: protocol.unit,
        shift: shift.context,
        trainCells: Math.round(counted.reduce((sum, { train }) => sum + train, 0) / counted.length),
      },
      contexts: contextsOf(protocol, params.contexts),
      reference: `${reference.encoding}-${reference.initialization}`,
      models: modelsOf(runs),
      grid,
      comparisons: compareRuns(runs, reference, intervals),
      environment,
    };
    await writeFile(output['published/metrics.json'], JSON.stringify(metrics, null, 2) + '\n');
    const named = runs.map((run) => [seriesName(run.model, run.percent, run.context), run.predictions] as const);
    await writePredictions(output['published/predictions.arrow'], new Map(named));
  },
});

type Facts = Omit<Run, 'predictions'> & { label: string; trainCells: number };
type Collected = Facts & Run;

/** Collects the predictions and facts of every task of the grid. */
async function collect(made: readonly Made<string, Facts>[]): Promise<Collected[]> {
  const runs: Collected[] = [];
  for (const { facts, file } of made) {
    for (const predictions of (await readPredictions(file('predictions'))).values())
      runs.push({ ...facts, predictions });
  }
  return runs;
}

function modelsOf(runs: readonly Collected[]): TransferModel[] {
  const models = runs.map(({ model: name, label, family, encoding, start }) => ({
    name,
    label,
    family,
    ...(encoding !== undefined && start !== undefined && { encoding, start }),
  }));
  return [...new Map(models.map((model) => [model.name, model])).values()];
}
