/** Measures every cell of the grid and compares the models in pairs. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { measure } from '../results/measure.js';
import { readPredictions, writePredictions } from '../results/predictions.js';
import type { Stage, StageInputs } from '../run/stage.js';
import { compareRuns, type Run } from '../transfer/compare.js';
import { contextsOf, seriesName } from '../transfer/grid.js';
import type { TransferMetrics, TransferModel } from '../transfer/transfer-metrics.js';
import type { EvaluateParams } from './cell.params.js';
import type { ContextParams, ReferenceParams, TransferProtocol } from './generalization.params.js';

type Params = EvaluateParams & {
  protocol: TransferProtocol;
  contexts: Record<string, ContextParams>;
  reference: ReferenceParams;
};

const stage: Stage<Params> = {
  async run({ identity, params, inputs, scratch, progress, environment }) {
    await mkdir(scratch, { recursive: true });
    const { protocol, reference, resamples, level, seed } = params;
    const { shift, folds } = protocol;
    // Where the contexts are groups of one column, the cells of a group are not independent.
    const intervals = { resamples, level, seed, byGroup: shift.kind === 'held-out' };
    const runs = await collect(inputs);
    const grid = runs.map(({ model, percent, context, trainCells, predictions }, done) => {
      progress({ stage: 'evaluate', done, total: runs.length, unit: 'runs', detail: `${model}, ${context}` });
      const { confusion: _confusion, ...scores } = measure(predictions, intervals);
      return { model, percent, context, trainCells, testCells: predictions.truth.length, ...scores };
    });
    const counted = inputs.fact<{ train: number }[]>('context-split', 'folds');
    const metrics: TransferMetrics = {
      schema: 1,
      experiment: identity.experiment,
      profile: identity.profile,
      dataset: {
        id: inputs.fact('data', 'id'),
        source: inputs.fact('data', 'source'),
        synthetic: inputs.fact('data', 'synthetic'),
        cells: inputs.fact('context-split', 'cells'),
        genes: inputs.fact('data', 'genes'),
        classes: inputs.fact('context-split', 'classes'),
        groups: inputs.fact('context-split', 'groups'),
        sha256: inputs.fact('data', 'sha256'),
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
    const file = path.join(scratch, 'metrics.json');
    await writeFile(file, JSON.stringify(metrics, null, 2) + '\n');
    const table = path.join(scratch, 'predictions.arrow');
    const named = runs.map((run) => [seriesName(run.model, run.percent, run.context), run.predictions] as const);
    await writePredictions(table, new Map(named));
    return { outputs: {}, publish: { 'metrics.json': file, 'predictions.arrow': table } };
  },
};
export default stage;

interface Collected extends Run {
  label: string;
  trainCells: number;
}

/** Collects the predictions and facts of every task of the grid. */
async function collect(inputs: StageInputs): Promise<Collected[]> {
  const runs: Collected[] = [];
  for (const name of inputs.names()) {
    const { outputs, facts } = inputs.manifest(name);
    if (!outputs['predictions']) continue;
    for (const predictions of (await readPredictions(inputs.file(name, 'predictions'))).values()) {
      runs.push({ ...(facts as unknown as Omit<Collected, 'predictions'>), predictions });
    }
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
