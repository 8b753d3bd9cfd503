import type { ReportSpec } from '@geneformer-ts/viz';
import { answerOf } from '../results/answer.js';
import type { Metrics } from '../results/metrics.js';
import type { Pretrained } from '../data/pretrained.js';
import type { MadeBy } from '../run/define.js';
import type { TaskIdentity } from '../run/stage.js';
import type { LabelCurve } from '../stages/label-curve.js';
import type tokenizeStage from '../stages/tokenize.js';
import type { PageParams } from '../stages/cell.params.js';
import { experimentPage, scoresTable } from './experiment-page.js';
import { comparisonTable, differenceTable, settingsTables } from './report-tables.js';
import type { Figure } from './page.js';
import { labelCurveTable } from './label-curve.js';

/** The earlier tasks of which the report tells. */
interface Told {
  tokenize: MadeBy<typeof tokenizeStage>;
  start: MadeBy<Pretrained> | undefined;
  curve: LabelCurve | undefined;
}

/** Returns the HTML report of one profile of a cell experiment. */
export function cellReport(
  task: TaskIdentity,
  params: PageParams,
  metrics: Metrics,
  figures: readonly Figure[],
  inputs: Told,
): string {
  const { dataset, protocol, environment } = metrics;
  const resampled = protocol.groupBy ? `whole values of ${protocol.groupBy}` : 'cells within classes';
  return experimentPage(task, params, figures, environment, {
    answer: answerOf(metrics, 'macroF1'),
    simulated: dataset.synthetic,
    data: describeData(metrics, inputs),
    protocol: describeProtocol(metrics),
    results: scoresTable(
      metrics,
      `Accuracy and macro F1 are over all test cells, ROC AUC is the mean of the folds. Brackets: 95 % intervals from resampling ${resampled}.`,
    ),
    tables: [
      differenceTable(metrics),
      comparisonTable(metrics, 'cells', protocol.groupBy ? grouped(protocol.groupBy) : ''),
      ...settingsTables(metrics.models),
      ...(inputs.curve ? [labelCurveTable(inputs.curve)] : []),
    ],
    provenance: provenance(metrics),
  });
}

function grouped(column: string): string {
  return ` McNemar's and DeLong's tests assume independent cells, but cells that share a ${column} are not independent: the p-values are too small.`;
}

function describeData({ dataset }: Metrics, { tokenize, start }: Told): string[] {
  const classes = Object.entries(dataset.classes).map(([name, cells]) => `${cells.toLocaleString('en-US')} ${name}`);
  return [
    `${dataset.id} (${dataset.source}): ${classes.join(', ')} cells, ${dataset.genes.toLocaleString('en-US')} genes${dataset.groups ? `, ${dataset.groups} groups` : ''}.`,
    ...knownGenes(tokenize),
    ...seenInPretraining(start),
  ];
}

/** Returns a sentence on the cells that the pretrained model has seen, so that readers can judge leakage. */
function seenInPretraining(start: MadeBy<Pretrained> | undefined): string[] {
  if (start === undefined) return [];
  if ('asset' in start.facts)
    return [
      `The pretrained model is the published ${start.facts.asset}; its publisher chose the cells that it was pretrained on.`,
    ];
  const [, profile] = start.name.split('/');
  if (profile === undefined)
    return [
      'The model was pretrained on the corpus of this profile, without labels, and not on the cells that are tested here.',
    ];
  return [
    `The pretrained model is that of the profile pretrain:${profile}, whose report lists the cells that it has seen, without labels.`,
  ];
}

/** Returns a sentence on the vocabulary and the share of the counts that it covers. */
export function knownGenes({ facts }: MadeBy<typeof tokenizeStage>): string[] {
  const vocabulary = `Vocabulary ${facts.vocabulary}, ${facts.genes.toLocaleString('en-US')} tokens.`;
  const share = Number(facts.cells?.report.knownShareOfCounts);
  return [
    Number.isFinite(share)
      ? `${vocabulary} ${(100 * share).toFixed(1)} % of the counts belong to its genes.`
      : vocabulary,
  ];
}

function describeProtocol({ protocol, dataset }: Metrics): string {
  const { folds, groupBy, seed } = protocol;
  const kept = groupBy
    ? `the cells of one ${groupBy} are all tested in the same fold`
    : 'folds are stratified by class';
  return `${folds} folds of ${dataset.cells.toLocaleString('en-US')} cells, seed ${seed}; ${kept}. Every cell is tested once, by models that were not trained on it. Genes, scales and weights are learned from the training cells of each fold only.`;
}

function provenance({ dataset, published }: Metrics): ReportSpec['provenance'] {
  const figures = published.length ? ['the published numbers, which are from real thymus'] : [];
  return dataset.synthetic
    ? {
        simulated: ['every count, donor, library and cell type', 'the pretraining corpus'],
        real: ['gene symbols and Ensembl ids of named genes', ...figures],
      }
    : { simulated: [], real: [`the counts and labels: ${dataset.source}`, ...figures] };
}
