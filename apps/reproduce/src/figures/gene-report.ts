import { reportPage, type ReportTable } from '@geneformer-ts/viz';
import type { GeneMetrics } from '../gene/gene-metrics.js';
import type { Estimate } from '../results/measure.js';
import type { StageIdentity, StageInputs } from '../run/stage.js';
import type { GeneFiguresParams } from '../stages/gene-figures.params.js';
import { METRIC_NAMES } from './cell-performance.js';
import { comparisonTable } from './comparison-table.js';
import type { Figure } from './figure.js';
import { knownGenes, publishedOf } from './report.js';

const METRICS = ['accuracy', 'macroF1', 'rocAuc'] as const;

/** The whole story of one profile of a gene experiment on one page. */
export function geneReport(
  { experiment, profile }: StageIdentity,
  params: GeneFiguresParams,
  metrics: GeneMetrics,
  figures: readonly Figure[],
  inputs: StageInputs,
): string {
  const { dataset, models, environment, absent } = metrics;
  const command = `npx nx run reproduce:${experiment}:${profile}`;
  return reportPage({
    title: params.title,
    subtitle: `${experiment}:${profile}. ${params.description}`,
    question: params.question,
    simulated: dataset.synthetic,
    data: [describeData(metrics, params), ...knownGenes(inputs)],
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
          ({ label, checkpoint }) => `Left out: ${label}, because there is no ${checkpoint} in GENEFORMER_DATA.`,
        ),
      ].join(' '),
    },
    tables: [recallTable(metrics), occurrenceTable(metrics), comparisonTable(metrics, 'genes'), coverageTable(metrics)],
    figures: figures.map(({ name, svg, reading }) => ({ name, svg, caption: reading })),
    provenance: provenance(metrics),
    rerun: [
      { command, note: 'runs what has changed, and nothing else' },
      { command: `${command} --skipNxCache`, note: 'asks every stage again' },
    ],
    environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
  });
}

/** Figures that the table has no room for: a second one for the same metric. */
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
  return `${dataset.id} (${dataset.source}): ${dataset.cells.toLocaleString('en-US')} cells, ${dataset.genes.toLocaleString('en-US')} genes. In the study: ${classes.join(', ')}; the others are ranked in fewer than ${protocol.minCells} of the cells and left aside for every model. ${dataset.unlabelled} genes of no class are there for semi-supervised methods.`;
}

function describeProtocol(metrics: GeneMetrics, { protocol }: GeneFiguresParams): string[] {
  const { dataset } = metrics;
  const { folds, seed, groupBy } = metrics.protocol;
  return [
    `${folds} folds over genes, seed ${seed}, each with its share of the classes. Every gene is tested once, by models that had no label of it in training, tuning or scaling; a check stops the run otherwise. Settings given as several values are chosen by cross-validation within the training genes.${groupBy ? ` Genes of one ${groupBy} stand in one fold (${dataset.groups} groups), when settings are chosen too.` : ''}`,
    protocol.cells === 'shared'
      ? 'Cells are shared, as published: a tested gene stands, unlabelled, in the cells that a transformer is trained on, and in its pretraining.'
      : `Cells are held out too${protocol.groupBy ? ` by ${protocol.groupBy}` : ''}: a transformer predicts genes in cells it was not trained on. Classical features come from the training cells.`,
    'A transformer predicts a gene in every cell that ranks it; the score per gene is that of its mean probability. Per occurrence, as in the published code, every such prediction counts, so that genes seen in many cells weigh more.',
  ];
}

function recallTable({ models, dataset }: GeneMetrics): ReportTable {
  const classes = Object.keys(dataset.classes);
  return {
    title: 'Share of each class found, per gene',
    columns: ['Model', ...classes],
    rows: models.map(({ label, perClassRecall }) => [label, ...classes.map((name) => score(perClassRecall[name]))]),
    note: 'The published study found 92 % of dosage-insensitive and 69 % of dosage-sensitive factors.',
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
    note: 'A gene in a cell is one row. Intervals resample genes, because the occurrences of one gene are not independent.',
  };
}

function coverageTable({ models }: GeneMetrics): ReportTable {
  const shares = [...new Set(models.flatMap(({ coverage }) => coverage.map(({ share }) => share)))].sort(
    (a, b) => a - b,
  );
  return {
    title: 'ROC AUC per gene with part of the training labels shown',
    columns: ['Model', 'Learning', ...shares.map((share) => `${Math.round(100 * share)} %`)],
    rows: models.map(({ label, learning, coverage }) => [
      label,
      learning,
      ...shares.map((share) => {
        const point = coverage.find((own) => own.share === share);
        return point ? range(point.rocAuc) : '';
      }),
    ]),
    note: 'Semi-supervised methods see the features of the genes whose labels are hidden and of genes of no class; none sees a tested gene.',
  };
}

function provenance({ dataset, published }: GeneMetrics) {
  const figures = published.length ? ['the published figures, which are from real cells'] : [];
  return dataset.synthetic
    ? {
        simulated: [
          'every count, donor and cell type',
          'which factor is dosage-sensitive, and how its targets answer',
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
