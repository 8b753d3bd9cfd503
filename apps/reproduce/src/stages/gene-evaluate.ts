/** Measures every model on the same genes (per gene, per occurrence, with part of the labels hidden) and compares the models. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PublishedFigure } from '../config/cell-experiment.js';
import { measureOccurrences, type GeneMetrics, type GeneModelMetrics } from '../gene/gene-metrics.js';
import { parseSeriesName } from '../gene/labels.js';
import { compareWith } from '../results/comparisons.js';
import { measure } from '../results/measure.js';
import { concatenate, readPredictions, writePredictions, type Predictions } from '../results/predictions.js';
import type { Stage, StageInputs } from '../run/stage.js';
import type { EvaluateParams } from './cell.params.js';
import type { GeneGroupParams, GeneProtocolParams } from './gene.params.js';

type Params = EvaluateParams & { protocol: GeneProtocolParams; published: PublishedFigure[] };

const stage: Stage<Params> = {
  async run({ identity, params, inputs, scratch, progress, environment }) {
    await mkdir(scratch, { recursive: true });
    const { protocol, published, resamples, level, seed } = params;
    // Genes that are kept in one fold are resampled together.
    const intervals = { resamples, level, seed, byGroup: protocol.groupGenesBy !== null };
    const { models, absent } = await collect(inputs);
    const measured: GeneModelMetrics[] = [];
    for (const [name, { series, occurrences, stages }] of models) {
      const label = inputs.fact<string>(stages[0], 'label');
      progress({ stage: 'evaluate', done: measured.length, total: models.size, unit: 'models', detail: label });
      const sum = (what: string) => stages.reduce((all, own) => all + (inputs.manifest(own).timing[what] ?? 0), 0);
      measured.push({
        name,
        label,
        family: inputs.fact(stages[0], 'family'),
        learning: inputs.fact(stages[0], 'learning'),
        ...measure(series.get(1)!, intervals),
        coverage: [...series].map(([share, predictions]) => {
          const { macroF1, rocAuc } = measure(predictions, intervals);
          return { share, macroF1, rocAuc };
        }),
        ...(occurrences && { occurrence: measureOccurrences(occurrences, series.get(1)!, intervals) }),
        seconds: { train: round(sum('train')), predict: round(sum('predict')) },
      });
    }
    const whole = new Map([...models].map(([name, { series }]): [string, Predictions] => [name, series.get(1)!]));
    const metrics: GeneMetrics = {
      schema: 1,
      experiment: identity.experiment,
      profile: identity.profile,
      dataset: {
        id: inputs.fact('data', 'id'),
        source: inputs.fact('data', 'source'),
        synthetic: inputs.fact('data', 'synthetic'),
        cells: inputs.fact('gene-split', 'cells'),
        genes: inputs.fact('data', 'genes'),
        classes: inputs.fact('gene-split', 'classes'),
        listed: inputs.fact('gene-split', 'listed'),
        unlabeled: inputs.fact('gene-split', 'unlabeled'),
        groups: inputs.fact<number | null>('gene-split', 'geneGroups') ?? inputs.fact('gene-split', 'groups'),
        sha256: inputs.fact('data', 'sha256'),
      },
      protocol: {
        folds: protocol.folds,
        groupBy: protocol.groupGenesBy && nameOfGroups(protocol.groupGenesBy),
        seed: protocol.seed,
        unit: 'gene',
        cells: protocol.cells,
      },
      models: measured,
      comparisons: compareWith([...whole.keys()][0], whole),
      absent,
      published,
      environment,
    };
    const files = { metrics: path.join(scratch, 'metrics.json'), predictions: path.join(scratch, 'predictions.arrow') };
    await writeFile(files.metrics, JSON.stringify(metrics, null, 2) + '\n');
    await writePredictions(files.predictions, whole);
    return { outputs: {}, publish: { 'metrics.json': files.metrics, 'predictions.arrow': files.predictions } };
  },
};
export default stage;

/** Returns the name of the groups, as in "no … in both training and test". */
function nameOfGroups(params: GeneGroupParams): string {
  return params.kind === 'simulated-places' ? 'set of places' : params.group;
}

interface Collected {
  stages: string[];
  /** Predictions per share of the labels. */
  series: Map<number, Predictions>;
  occurrences?: Predictions;
}

async function collect(inputs: StageInputs) {
  const absent: GeneMetrics['absent'] = [];
  const parts = new Map<string, { stages: string[]; series: Map<number, Predictions[]>; occurrences: Predictions[] }>();
  for (const stageName of inputs.names()) {
    const missing = inputs.fact<string | undefined>(stageName, 'absent');
    const label = inputs.fact<string>(stageName, 'label');
    if (missing && !absent.some((one) => one.label === label)) absent.push({ label, checkpoint: missing });
    const { outputs } = inputs.manifest(stageName);
    if (!outputs['predictions']) continue;
    for (const [name, predictions] of await readPredictions(inputs.file(stageName, 'predictions'))) {
      const { model, share } = parseSeriesName(name);
      const part = parts.get(model) ?? { stages: [], series: new Map<number, Predictions[]>(), occurrences: [] };
      parts.set(model, part);
      part.series.set(share, [...(part.series.get(share) ?? []), predictions]);
      if (share !== 1) continue;
      part.stages.push(stageName);
      if (outputs['occurrences']) {
        const own = await readPredictions(inputs.file(stageName, 'occurrences'));
        for (const predictions of own.values()) part.occurrences.push(predictions);
      }
    }
  }
  const models = new Map<string, Collected>();
  for (const [model, { stages, series, occurrences }] of parts) {
    models.set(model, {
      stages,
      series: new Map([...series].sort(([a], [b]) => a - b).map(([share, own]) => [share, concatenate(own)])),
      ...(occurrences.length && { occurrences: concatenate(occurrences) }),
    });
  }
  return { models, absent };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
