/** Joins the predictions of all models in one table, measures each model per cell or per gene, and compares the models. */
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { compareWith } from '../results/comparisons.js';
import { measure, type IntervalOptions } from '../results/measure.js';
import { describeDataset, type Metrics, type ModelMetrics } from '../results/metrics.js';
import { measureOccurrences } from '../results/occurrences.js';
import { writePredictions } from '../results/predictions.js';
import { collectSeries, type Run, secondsOf, type Series } from '../results/series.js';
import { defineStage, from, many } from '../run/define.js';
import { evaluateParams, protocolParams, publishedParams } from './cell.params.js';
import type dataStage from './data.js';
import type classify from './classify.js';
import type finetune from './finetune.js';
import type geneBaseline from './gene-baseline.js';
import type geneFinetune from './gene-finetune.js';
import type geneSplit from './gene-split.js';
import { geneProtocolParams } from './gene.params.js';
import type splitStage from './split.js';

const unitParams = z.discriminatedUnion('unit', [protocolParams, geneProtocolParams]);

export default defineStage({
  name: 'evaluate',
  params: evaluateParams.extend({ protocol: unitParams, published: publishedParams }),
  inputs: {
    data: from<typeof dataStage>(),
    split: from<typeof splitStage | typeof geneSplit>(),
    runs: many<typeof finetune | typeof classify | typeof geneFinetune | typeof geneBaseline>(),
  },
  outputs: { 'published/metrics.json': 'metrics.json', 'published/predictions.arrow': 'predictions.arrow' },
  async run({ task, params, inputs: { data, split, runs }, output, progress, environment }) {
    const { protocol, published, resamples, level, seed } = params;
    const described = describeProtocol(protocol);
    // Rows that the folds keep together are resampled together.
    const intervals = { resamples, level, seed, byGroup: described.groupBy !== null };
    const series = await collectSeries(runs);
    const whole = series.filter(({ percent }) => percent === 100);
    const models: ModelMetrics[] = [];
    for (const own of whole) {
      progress({
        stage: 'evaluate',
        done: models.length,
        total: whole.length,
        unit: 'models',
        detail: own.facts.label,
      });
      const ofModel = series.filter(({ model }) => model === own.model);
      models.push(measureModel(own, protocol.unit === 'gene' ? ofModel : undefined, intervals));
    }
    const predictions = new Map(whole.map((own) => [own.model, own.predictions]));
    const metrics: Metrics = {
      schema: 1,
      experiment: task.experiment,
      profile: task.profile,
      dataset: describeDataset(data.facts, split.facts),
      protocol: described,
      models,
      comparisons: compareWith(whole[0].model, predictions, intervals),
      ...(protocol.unit === 'gene' && { absent: absentModels(runs) }),
      published,
      environment,
    };
    await writeFile(output['published/metrics.json'], JSON.stringify(metrics, null, 2) + '\n');
    await writePredictions(output['published/predictions.arrow'], predictions);
  },
});

/**
 * Measures a model.
 * @param parts of a model of genes, its series for every share of the labels
 */
function measureModel(own: Series, parts: readonly Series[] | undefined, intervals: IntervalOptions): ModelMetrics {
  const { label, family, init, learning = 'supervised', chosen } = own.facts;
  return {
    name: own.model,
    label,
    family,
    ...(init && { init }),
    ...(parts && { learning }),
    ...measure(own.predictions, intervals),
    ...(parts && {
      coverage: parts
        .toSorted((a, b) => a.percent - b.percent)
        .map(({ percent, predictions }) => {
          const { macroF1, rocAuc } = measure(predictions, intervals);
          return { share: percent / 100, macroF1, rocAuc };
        }),
    }),
    ...(own.occurrences && { occurrence: measureOccurrences(own.occurrences, own.predictions, intervals) }),
    seconds: { train: secondsOf(own, 'train'), predict: secondsOf(own, 'predict') },
    ...(chosen && { chosen }),
  };
}

function absentModels(runs: readonly Run[]): { label: string; checkpoint: string }[] {
  const absent = runs.flatMap(({ facts: { label, absent: checkpoint } }) =>
    checkpoint ? [{ label, checkpoint }] : [],
  );
  return [...new Map(absent.map((one) => [one.label, one])).values()];
}

function describeProtocol(protocol: z.infer<typeof unitParams>): Metrics['protocol'] {
  const { folds, seed } = protocol;
  if (protocol.unit === 'cell') return { folds, groupBy: protocol.groupBy, seed, unit: 'cell' };
  const groups = protocol.groupGenesBy;
  const groupBy = groups && (groups.kind === 'simulated-places' ? 'set of places' : groups.group);
  return { folds, groupBy, seed, unit: 'gene', cells: protocol.cells };
}
