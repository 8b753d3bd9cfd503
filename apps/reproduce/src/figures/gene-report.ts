import { reportPage, type ReportTable } from '@geneformer-ts/viz';
import type { GeneMetrics } from '../gene/gene-metrics.js';
import { answerOf } from '../results/answer.js';
import type { Estimate } from '../results/measure.js';
import type { MadeBy } from '../run/define.js';
import type { TaskIdentity } from '../run/stage.js';
import type { GeneFiguresParams } from '../stages/gene.params.js';
import type tokenizeStage from '../stages/tokenize.js';
import { METRIC_NAMES } from './cell-figures.js';
import { comparisonTable, differenceTable } from './report-tables.js';
import type { Figure } from './page.js';
import { knownGenes, publishedOf } from './report.js';

const METRICS = ['accuracy', 'macroF1', 'rocAuc'] as const;

/** Returns the HTML report of one profile of a gene experiment. */
export function geneReport(
  { experiment, profile }: TaskIdentity,
  params: GeneFiguresParams,
  metrics: GeneMetrics,
  figures: readonly Figure[],
  tokenize: MadeBy<typeof tokenizeStage>,
): string {
  const { dataset, models, environment, absent } = metrics;
  const command = `npx nx run reproduce:${experiment}:${profile}`;
  return reportPage({
    title: params.title,
    subtitle: `${experiment}:${profile}. ${params.description}`,
    question: params.question,
    answer: answerOf(metrics, 'rocAuc'),
    simulated: dataset.synthetic,
    data: [describeData(metrics, params), ...knownGenes(tokenize)],
    protocol: describeProtocol(metrics, params),
    results: {
      metrics: METRICS.map((metric) => METRIC_NAMES[metric]),
      models: models.map((model) => ({
        name: model.label,
        measured: Object.fromEntries(
          METRICS.map((metric) => [METRIC_NAMES[metric], { mean: model[metric].mean, interval: model[metric].ci95 }]),
        ),
        published: publishedOf(metrics, model.label),
      })),
      note: [
        `Per gene. Accuracy and macro F1 are over all genes, ROC AUC is the mean of the folds. Brackets: 95 % intervals from resampling genes ${metrics.protocol.groupBy ? `that share a ${metrics.protocol.groupBy} together` : 'within classes'}.`,
        ...alsoPublished(metrics),
        ...absent.map(
          ({ label, checkpoint }) => `Skipped: ${label}, because ${checkpoint} was not found in GENEFORMER_DATA.`,
        ),
      ].join(' '),
    },
    tables: [
      differenceTable(metrics),
      recallTable(metrics),
      occurrenceTable(metrics),
      comparisonTable(metrics, 'genes'),
      coverageTable(metrics),
    ],
    figures: figures.map(({ name, svg, reading }) => ({ name, svg, caption: reading })),
    provenance: provenance(metrics),
    rerun: [
      { command, note: 'runs only the stages that have changed' },
      {
        command: `npx nx run reproduce:verify ${experiment}:${profile} <folder>`,
        note: 'compares these results with others',
      },
    ],
    environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
  });
}

/** Returns sentences for the published numbers that the table omits: a second one for the same model and metric. */
function alsoPublished({ published }: GeneMetrics): string[] {
  const others = published.filter((one, i) =>
    published.slice(0, i).some(({ model, metric }) => model === one.model && metric === one.metric),
  );
  return others.map(
    ({ model, metric, value, source }) => `Also published: ${METRIC_NAMES[metric]} ${value} of ${model} (${source}).`,
  );
}

function describeData({ dataset }: GeneMetrics, { protocol }: GeneFiguresParams): string {
  const classes = Object.entries(dataset.classes).map(
    ([name, genes]) => `${genes} of ${dataset.listed[name]} ${name} genes`,
  );
  return `${dataset.id} (${dataset.source}): ${dataset.cells.toLocaleString('en-US')} cells, ${dataset.genes.toLocaleString('en-US')} genes. Used: ${classes.join(', ')}; the others are ranked in fewer than ${protocol.minCells} of the cells and excluded for every model. Semi-supervised methods also use ${dataset.unlabeled} unlabeled genes.`;
}

function describeProtocol(metrics: GeneMetrics, { protocol }: GeneFiguresParams): string[] {
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

function recallTable({ models, dataset }: GeneMetrics): ReportTable {
  const classes = Object.keys(dataset.classes);
  return {
    title: 'Recall of each class, per gene',
    columns: ['Model', ...classes],
    rows: models.map(({ label, perClassRecall }) => [label, ...classes.map((name) => score(perClassRecall[name]))]),
    note: 'Published recall: 92 % of dosage-insensitive and 69 % of dosage-sensitive factors.',
  };
}

function occurrenceTable({ models }: GeneMetrics): ReportTable {
  return {
    title: 'Per occurrence',
    columns: ['Model', 'Occurrences', ...METRICS.map((metric) => METRIC_NAMES[metric])],
    rows: models.flatMap(({ label, occurrence }) =>
      occurrence
        ? [[label, occurrence.rows.toLocaleString('en-US'), ...METRICS.map((metric) => range(occurrence[metric]))]]
        : [],
    ),
    note: 'Each gene of each cell is one occurrence. Intervals resample genes, because the occurrences of one gene are not independent.',
  };
}

function coverageTable({ models }: GeneMetrics): ReportTable {
  const shares = [...new Set(models.flatMap(({ coverage }) => coverage.map(({ share }) => share)))].sort(
    (a, b) => a - b,
  );
  return {
    title: 'ROC AUC per gene with part of the training labels',
    columns: ['Model', 'Learning', ...shares.map((share) => `${Math.round(100 * share)} %`)],
    rows: models.map(({ label, learning, coverage }) => [
      label,
      learning,
      ...shares.map((share) => {
        const point = coverage.find((own) => own.share === share);
        return point ? range(point.rocAuc) : '';
      }),
    ]),
    note: 'Semi-supervised methods see the features of the genes whose labels are hidden and of unlabeled genes. No method sees a tested gene.',
  };
}

function provenance({ dataset, published }: GeneMetrics) {
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

function range({ mean, ci95: [low, high] }: Estimate): string {
  return `${score(mean)} (${score(low)}–${score(high)})`;
}

function score(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : 'not defined';
}
