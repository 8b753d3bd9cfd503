import type { ReportTable } from '@geneformer-ts/viz';
import { answerOf } from '../results/answer.js';
import { METRICS } from '../results/measure.js';
import type { Metrics } from '../results/metrics.js';
import { score, scoreRange } from '../results/words.js';
import type { MadeBy } from '../run/define.js';
import type { TaskIdentity } from '../run/stage.js';
import type { PageParams } from '../stages/cell.params.js';
import type { GeneProtocolParams } from '../stages/gene.params.js';
import type tokenizeStage from '../stages/tokenize.js';
import { experimentPage, METRIC_NAMES, scoresTable } from './experiment-page.js';
import { comparisonTable, differenceTable } from './report-tables.js';
import type { Figure } from './page.js';
import { knownGenes } from './report.js';

/** Returns the HTML report of one profile of a gene experiment. */
export function geneReport(
  task: TaskIdentity,
  params: PageParams,
  protocol: GeneProtocolParams,
  metrics: Metrics,
  figures: readonly Figure[],
  tokenize: MadeBy<typeof tokenizeStage>,
): string {
  const { dataset, environment, absent = [] } = metrics;
  const { groupBy } = metrics.protocol;
  const note = [
    `Per gene. Accuracy and macro F1 are over all genes, ROC AUC is the mean of the folds. Brackets: 95 % intervals from resampling genes ${groupBy ? `that share a ${groupBy} together` : 'within classes'}.`,
    ...alsoPublished(metrics),
    ...absent.map(
      ({ label, checkpoint }) => `Skipped: ${label}, because ${checkpoint} was not found in GENEFORMER_DATA.`,
    ),
  ];
  return experimentPage(task, params, figures, environment, {
    answer: answerOf(metrics, 'rocAuc'),
    simulated: dataset.synthetic,
    data: [describeData(metrics, protocol), ...knownGenes(tokenize)],
    protocol: describeProtocol(metrics, protocol),
    results: scoresTable(metrics, note.join(' ')),
    tables: [
      differenceTable(metrics),
      recallTable(metrics),
      occurrenceTable(metrics),
      comparisonTable(metrics, 'genes'),
      coverageTable(metrics),
    ],
    provenance: provenance(metrics),
  });
}

/** Returns sentences for the published numbers that the table omits: a second one for the same model and metric. */
function alsoPublished({ published }: Metrics): string[] {
  const others = published.filter((one, i) =>
    published.slice(0, i).some(({ model, metric }) => model === one.model && metric === one.metric),
  );
  return others.map(
    ({ model, metric, value, source }) => `Also published: ${METRIC_NAMES[metric]} ${value} of ${model} (${source}).`,
  );
}

function describeData({ dataset }: Metrics, protocol: GeneProtocolParams): string {
  const classes = Object.entries(dataset.classes).map(
    ([name, genes]) => `${genes} of ${dataset.listed?.[name]} ${name} genes`,
  );
  return `${dataset.id} (${dataset.source}): ${dataset.cells.toLocaleString('en-US')} cells, ${dataset.genes.toLocaleString('en-US')} genes. Used: ${classes.join(', ')}; the others are ranked in fewer than ${protocol.minCells} of the cells and excluded for every model. Semi-supervised methods also use ${dataset.unlabeled} unlabeled genes.`;
}

function describeProtocol(metrics: Metrics, protocol: GeneProtocolParams): string[] {
  const { dataset } = metrics;
  const { folds, seed, groupBy } = metrics.protocol;
  return [
    `${folds} folds over genes, stratified by class, seed ${seed}. Every gene is tested once, by models that did not see its label in training, tuning or scaling; a check stops the run otherwise. Settings given as several values are chosen by cross-validation within the training genes.${groupBy ? ` Genes that share a ${groupBy} are kept in one fold (${dataset.groups} groups), also when settings are chosen.` : ''}`,
    protocol.cells === 'shared'
      ? 'Cells are shared, as published: a tested gene occurs, without its label, in the cells that a transformer is pretrained and fine-tuned on.'
      : `Cells are held out too${protocol.groupBy ? ` by ${protocol.groupBy}` : ''}: a transformer predicts genes in cells that it was not trained on. Classical features come from the training cells.`,
    'A transformer predicts a gene in every cell that ranks it; the score per gene is its mean probability. Per occurrence, as in the published code, every such prediction counts, so that genes ranked in many cells weigh more.',
  ];
}

function recallTable({ models, dataset }: Metrics): ReportTable {
  const classes = Object.keys(dataset.classes);
  return {
    title: 'Recall of each class, per gene',
    columns: ['Model', ...classes],
    rows: models.map(({ label, perClassRecall }) => [label, ...classes.map((name) => score(perClassRecall[name]))]),
    note: 'Published recall: 92 % of dosage-insensitive and 69 % of dosage-sensitive factors.',
  };
}

function occurrenceTable({ models }: Metrics): ReportTable {
  return {
    title: 'Per occurrence',
    columns: ['Model', 'Occurrences', ...METRICS.map((metric) => METRIC_NAMES[metric])],
    rows: models.flatMap(({ label, occurrence }) =>
      occurrence
        ? [[label, occurrence.rows.toLocaleString('en-US'), ...METRICS.map((metric) => scoreRange(occurrence[metric]))]]
        : [],
    ),
    note: 'Each gene of each cell is one occurrence. Intervals resample genes, because the occurrences of one gene are not independent.',
  };
}

function coverageTable({ models }: Metrics): ReportTable {
  const shares = [...new Set(models.flatMap(({ coverage = [] }) => coverage.map(({ share }) => share)))].sort(
    (a, b) => a - b,
  );
  return {
    title: 'ROC AUC per gene with part of the training labels',
    columns: ['Model', 'Learning', ...shares.map((share) => `${Math.round(100 * share)} %`)],
    rows: models.map(({ label, learning = '', coverage = [] }) => [
      label,
      learning,
      ...shares.map((share) => {
        const point = coverage.find((own) => own.share === share);
        return point ? scoreRange(point.rocAuc) : '';
      }),
    ]),
    note: 'Semi-supervised methods see the features of the genes whose labels are hidden and of unlabeled genes. No method sees a tested gene.',
  };
}

function provenance({ dataset, published }: Metrics) {
  const figures = published.length ? ['the published numbers, which are from real cells'] : [];
  return dataset.synthetic
    ? {
        simulated: [
          'every count, donor and cell type',
          'which factors are dosage-sensitive, and the response of their targets',
          'the pretraining corpus',
        ],
        real: ['gene symbols and Ensembl ids of named genes', ...figures],
      }
    : {
        simulated: [],
        real: [`the counts: ${dataset.source}`, 'the labels, as published with Geneformer', ...figures],
      };
}
