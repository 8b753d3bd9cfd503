/** Measures every cell of the grid and compares the models in pairs. */
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { measure } from '../results/measure.js';
import { describeDataset } from '../results/metrics.js';
import { writePredictions } from '../results/predictions.js';
import { collectSeries } from '../results/series.js';
import { defineStage, from, many } from '../run/define.js';
import { compareRuns, type Run } from '../transfer/compare.js';
import { contextsOf, SEEN, seriesName } from '../transfer/grid.js';
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
    const series = await collectSeries(made);
    const runs = series.map(({ model, percent, context = SEEN, facts, predictions }): GridRun => {
      return { ...facts, model, percent, context, trainCells: facts.trainCells ?? 0, predictions };
    });
    const grid = runs.map(({ model, percent, context, trainCells, predictions }, done) => {
      progress({ stage: 'evaluate', done, total: runs.length, unit: 'runs', detail: `${model}, ${context}` });
      const { confusion: _confusion, ...scores } = measure(predictions, intervals);
      return { model, percent, context, trainCells, testCells: predictions.truth.length, ...scores };
    });
    const { cells, classes, groups, folds: counted } = split.facts;
    const metrics: TransferMetrics = {
      schema: 1,
      experiment: task.experiment,
      profile: task.profile,
      dataset: describeDataset(data.facts, { cells, classes, groups }),
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

type GridRun = Run & { label: string; trainCells: number };

function modelsOf(runs: readonly GridRun[]): TransferModel[] {
  const models = runs.map(({ model: name, label, family, encoding, start }) => ({
    name,
    label,
    family,
    ...(encoding !== undefined && start !== undefined && { encoding, start }),
  }));
  return [...new Map(models.map((model) => [model.name, model])).values()];
}
