/** Measures every model on the same genes (per gene, per occurrence, with part of the labels hidden) and compares the models. */
import { writeFile } from 'node:fs/promises';
import { measureOccurrences, type GeneMetrics, type GeneModelMetrics } from '../gene/gene-metrics.js';
import { parseSeriesName } from '../gene/labels.js';
import { compareWith } from '../results/comparisons.js';
import { measure } from '../results/measure.js';
import { concatenate, readPredictions, writePredictions, type Predictions } from '../results/predictions.js';
import { defineStage, from, type Made, many } from '../run/define.js';
import { evaluateParams, publishedParams } from './cell.params.js';
import type dataStage from './data.js';
import type baseline from './gene-baseline.js';
import type finetune from './gene-finetune.js';
import { type GeneGroupParams, geneProtocolParams } from './gene.params.js';
import type geneSplit from './gene-split.js';

export default defineStage({
  name: 'gene-evaluate',
  params: evaluateParams.extend({ protocol: geneProtocolParams, published: publishedParams }),
  inputs: {
    data: from<typeof dataStage>(),
    split: from<typeof geneSplit>(),
    runs: many<typeof finetune | typeof baseline>(),
  },
  outputs: { 'published/metrics.json': 'metrics.json', 'published/predictions.arrow': 'predictions.arrow' },
  async run({ task, params, inputs: { data, split, runs }, output, progress, environment }) {
    const { protocol, published, resamples, level, seed } = params;
    // Genes that are kept in one fold are resampled together.
    const intervals = { resamples, level, seed, byGroup: protocol.groupGenesBy !== null };
    const { models, absent } = await collect(runs);
    const measured: GeneModelMetrics[] = [];
    for (const [name, { series, occurrences, runs: own }] of models) {
      const { label, family, init, learning = 'supervised' } = own[0].facts;
      progress({ stage: 'evaluate', done: measured.length, total: models.size, unit: 'models', detail: label });
      const sum = (what: string) => own.reduce((all, { timing }) => all + (timing[what] ?? 0), 0);
      measured.push({
        name,
        label,
        family,
        ...(init && { init }),
        learning,
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
      experiment: task.experiment,
      profile: task.profile,
      dataset: {
        id: data.facts.id,
        source: data.facts.source,
        synthetic: data.facts.synthetic,
        cells: split.facts.cells,
        genes: data.facts.genes,
        classes: split.facts.classes,
        listed: split.facts.listed,
        unlabeled: split.facts.unlabeled,
        groups: split.facts.geneGroups ?? split.facts.groups,
        sha256: data.facts.sha256,
      },
      protocol: {
        folds: protocol.folds,
        groupBy: protocol.groupGenesBy && nameOfGroups(protocol.groupGenesBy),
        seed: protocol.seed,
        unit: 'gene',
        cells: protocol.cells,
      },
      models: measured,
      comparisons: compareWith([...whole.keys()][0], whole, intervals),
      absent,
      published,
      environment,
    };
    await writeFile(output['published/metrics.json'], JSON.stringify(metrics, null, 2) + '\n');
    await writePredictions(output['published/predictions.arrow'], whole);
  },
});

/** Returns the name of the groups, as in "no … in both training and test". */
function nameOfGroups(params: GeneGroupParams): string {
  return params.kind === 'simulated-places' ? 'set of places' : params.group;
}

/** What a trained model says about itself. */
type Run = Made<
  string,
  {
    label: string;
    family: string;
    init?: 'pretrained' | 'random';
    learning?: 'supervised' | 'semi-supervised';
    absent?: string;
  }
>;

interface Collected {
  /** The tasks that trained the model with all labels. */
  runs: Run[];
  /** Predictions per share of the labels. */
  series: Map<number, Predictions>;
  occurrences?: Predictions;
}

async function collect(made: readonly Run[]) {
  const absent: GeneMetrics['absent'] = [];
  const parts = new Map<string, { runs: Run[]; series: Map<number, Predictions[]>; occurrences: Predictions[] }>();
  for (const run of made) {
    const { label, absent: checkpoint } = run.facts;
    if (checkpoint && !absent.some((one) => one.label === label)) absent.push({ label, checkpoint });
    if (!run.has('predictions')) continue;
    for (const [name, predictions] of await readPredictions(run.file('predictions'))) {
      const { model, share } = parseSeriesName(name);
      const part = parts.get(model) ?? { runs: [], series: new Map<number, Predictions[]>(), occurrences: [] };
      parts.set(model, part);
      part.series.set(share, [...(part.series.get(share) ?? []), predictions]);
      if (share !== 1) continue;
      part.runs.push(run);
      if (!run.has('occurrences')) continue;
      part.occurrences.push(...(await readPredictions(run.file('occurrences'))).values());
    }
  }
  const models = new Map<string, Collected>();
  for (const [model, { runs, series, occurrences }] of parts) {
    models.set(model, {
      runs,
      series: new Map([...series].sort(([a], [b]) => a - b).map(([share, own]) => [share, concatenate(own)])),
      ...(occurrences.length && { occurrences: concatenate(occurrences) }),
    });
  }
  return { models, absent };
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
