import type { ReportTable } from '@geneformer-ts/viz';
import { answer, type Compared } from '../results/answer.js';
import { probability, scoreRange, signedRange } from '../results/words.js';
import type { MadeBy } from '../run/define.js';
import type { TaskIdentity } from '../run/stage.js';
import type { TransferFiguresParams } from '../stages/generalization.params.js';
import type pretrain from '../stages/pretrain.js';
import type vocabularyStage from '../stages/vocabulary.js';
import type { Comparison, Question } from '../transfer/compare.js';
import { longName } from '../transfer/grid.js';
import { cellOf, type TransferMetrics } from '../transfer/transfer-metrics.js';
import { experimentPage } from './experiment-page.js';
import type { Figure } from './page.js';

/** The earlier tasks of which the report tells. */
interface Told {
  vocabulary: MadeBy<typeof vocabularyStage>;
  pretrained: readonly MadeBy<typeof pretrain>[];
}

/** Returns the HTML report of one profile of a generalization experiment. */
export function transferReport(
  task: TaskIdentity,
  params: TransferFiguresParams,
  metrics: TransferMetrics,
  figures: readonly Figure[],
  inputs: Told,
): string {
  const { dataset, contexts, models, protocol, environment } = metrics;
  return experimentPage(task, params, figures, environment, {
    answer: answerTransfer(metrics),
    simulated: dataset.synthetic,
    data: describeData(metrics, inputs),
    protocol: describeProtocol(metrics),
    results: {
      metrics: contexts.map(longName),
      models: models.map(({ name, label }) => ({
        name: label,
        measured: Object.fromEntries(
          contexts.flatMap((context) => {
            const cell = cellOf(metrics, name, context.name);
            return cell ? [[longName(context), { mean: cell.macroF1.mean, interval: cell.macroF1.ci95 }]] : [];
          }),
        ),
      })),
      note: `Macro F1 over the test cells of all folds, with all labels. Brackets: 95 % intervals from resampling ${protocol.groupBy ? `whole values of ${protocol.groupBy}` : 'cells within classes'}. Accuracy and ROC AUC are in metrics.json.`,
    },
    tables: [
      partsTable(metrics),
      comparisonTable(metrics, 'pretraining', 'Does pretraining help?'),
      comparisonTable(metrics, 'encoding', 'Does rank value encoding help?'),
      comparisonTable(metrics, 'baselines', 'Is Geneformer better than a classical classifier?'),
    ],
    provenance: provenance(metrics),
  });
}

/** Answers the question in the shifted context, with all labels. */
function answerTransfer(metrics: TransferMetrics): string[] {
  const { reference, protocol, models, comparisons, dataset } = metrics;
  const first = models.find(({ name }) => name === reference);
  const shifted = metrics.contexts.find(({ kind }) => kind === 'shifted');
  const score = shifted && cellOf(metrics, reference, shifted.name)?.macroF1;
  if (!first || !score) return [];
  const compared = (question: Question): Compared[] =>
    comparisons
      .filter((one) => one.question === question && one.first === reference)
      .filter(({ context, percent }) => context === shifted.name && percent === 100)
      .map(({ second, macroF1, simultaneous95 }) => ({
        label: models.find(({ name }) => name === second)?.label ?? second,
        difference: macroF1.mean,
        interval: simultaneous95.macroF1,
      }));
  const isFloor = ({ label }: Compared) => models.some((model) => model.label === label && model.family === 'floor');
  return answer({
    metric: 'macro F1',
    model: { label: first.label, score },
    testedOn: `${dataset.synthetic ? 'simulated ' : ''}cells of another ${protocol.shift}`,
    unpretrained: compared('pretraining')[0],
    classical: compared('baselines').filter((one) => !isFloor(one)),
    comparisons: comparisons.filter(({ question }) => question === 'pretraining').length,
  });
}

function describeData({ dataset }: TransferMetrics, { vocabulary, pretrained: [first] }: Told): string[] {
  const classes = Object.entries(dataset.classes).map(([name, cells]) => `${cells.toLocaleString('en-US')} ${name}`);
  const corpus = (first?.facts.trainCells ?? 0).toLocaleString('en-US');
  return [
    `${dataset.id} (${dataset.source}): ${classes.join(', ')} cells, ${dataset.genes.toLocaleString('en-US')} genes, ${dataset.groups} groups.`,
    `Vocabulary ${vocabulary.facts.vocabulary}, ${vocabulary.facts.genes.toLocaleString('en-US')} tokens. Each encoding has its own model, pretrained on the same ${corpus} unlabeled cells in that encoding. None of these cells is tested here.`,
  ];
}

function describeProtocol({ protocol, contexts }: TransferMetrics): string[] {
  return [
    `${protocol.folds} folds, seed ${protocol.seed}, ${protocol.trainCells} training cells each: unmodified cells of the training context, the same for every model and context. Every test cell is tested once per context, by models that were not trained on it; in the context "${protocol.shift}" they were not trained on any cell of its group. A check stops the run otherwise.`,
    `Contexts: ${contexts.map(longName).join(', ')}. In thinned contexts, each molecule of the held-out cells is kept with the given probability. In ambient contexts, the given share of a cell's molecules is replaced by draws from the mean profile of all cells, so that the depth stays the same.`,
    'The encodings have the same tokens, length and model, and differ in the selection and order of the genes: by count over median (rank value), by count (rank), by log2 bins of the count with an arbitrary order within a bin (binned), and the genes of rank value in random order (shuffled).',
  ];
}

function partsTable(metrics: TransferMetrics): ReportTable {
  const parts = metrics.grid.filter(({ percent }) => percent < 100);
  const contexts = metrics.contexts.filter(({ name }) => parts.some(({ context }) => context === name));
  const percents = [...new Set(parts.map(({ percent }) => percent)), 100].sort((a, b) => a - b);
  return {
    title: 'Performance with part of the labels',
    columns: ['Model', 'Context', ...percents.map((percent) => `${percent} %`)],
    rows: metrics.models
      .filter(({ name }) => parts.some(({ model }) => model === name))
      .flatMap(({ name, label }) =>
        contexts.map((context) => [
          label,
          longName(context),
          ...percents.map((percent) => {
            const cell = cellOf(metrics, name, context.name, percent);
            return cell ? scoreRange(cell.macroF1) : '';
          }),
        ]),
      ),
    note: 'Macro F1 with 95 % intervals.',
  };
}

function comparisonTable(
  { comparisons, models, contexts }: TransferMetrics,
  question: Question,
  title: string,
): ReportTable {
  const labelOf = (name: string) => models.find((model) => model.name === name)?.label ?? name;
  const contextOf = (name: string) => longName(contexts.find((context) => context.name === name)!);
  const row = ({ first, second, context, percent, accuracy, macroF1, mcNemar, simultaneous95 }: Comparison) => [
    `${labelOf(first)} minus ${labelOf(second)}`,
    contextOf(context),
    `${percent} %`,
    signedRange({ mean: accuracy.mean, ci95: simultaneous95.accuracy }),
    signedRange({ mean: macroF1.mean, ci95: simultaneous95.macroF1 }),
    `${mcNemar.onlyFirst}, ${mcNemar.onlySecond}`,
    probability(mcNemar.pValue),
    probability(mcNemar.holm),
  ];
  return {
    title,
    columns: [
      'Models',
      'Context',
      'Labels',
      'Accuracy',
      'Macro F1',
      'Only one correct: first, second',
      'McNemar p',
      'Holm p',
    ],
    rows: comparisons.filter((one) => one.question === question).map(row),
    note: 'Differences with simultaneous 95 % intervals from resampling the test cells of both models together: they contain the differences of all rows of this table together. Holm p is adjusted over all rows of this table. The McNemar test assumes independent cells, but cells of one donor or plate are not fully independent: where the two disagree, trust the interval.',
  };
}

function provenance({ dataset }: TransferMetrics) {
  return dataset.synthetic
    ? {
        simulated: [
          'every count, donor, library and cell type',
          'the pretraining corpus',
          'the thinned and the ambient contexts, made from simulated cells',
        ],
        real: ['gene symbols and Ensembl ids of named genes'],
      }
    : {
        simulated: [
          'the thinned and the ambient contexts, made from real cells',
          'the pretraining corpus: cells drawn from real mean profiles',
        ],
        real: [`the counts and labels: ${dataset.source}`],
      };
}
