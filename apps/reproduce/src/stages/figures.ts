/** Draws the figures of a cell or gene experiment and writes its report. */
import { z } from 'zod';
import type { Pretrained } from '../data/pretrained.js';
import { readSplit } from '../data/study-cells.js';
import { cellConfusion, cellPerformance, cellRoc, cellUmap } from '../figures/cell-figures.js';
import { geneConfusion, geneCoverage, geneF1, geneRoc } from '../figures/gene-figures.js';
import { geneReport } from '../figures/gene-report.js';
import { captionFor, type Figure, histories, leavePage, page, readJson } from '../figures/page.js';
import { labelCurveFigure } from '../figures/label-curve.js';
import { cellReport } from '../figures/report.js';
import { trainingFigure } from '../figures/training-figures.js';
import type { Metrics } from '../results/metrics.js';
import { readPredictions, type Predictions } from '../results/predictions.js';
import { defineStage, from, many, type MadeBy, optional } from '../run/define.js';
import { pageParams, protocolParams } from './cell.params.js';
import type dataStage from './data.js';
import type embedStage from './embed.js';
import type { Layouts } from './embed.js';
import type evaluate from './evaluate.js';
import type finetune from './finetune.js';
import type geneFinetune from './gene-finetune.js';
import { geneProtocolParams } from './gene.params.js';
import type labelCurveStage from './label-curve.js';
import type { LabelCurve } from './label-curve.js';
import type splitStage from './split.js';
import type tokenize from './tokenize.js';

export default defineStage({
  name: 'figures',
  params: pageParams.extend({ protocol: z.discriminatedUnion('unit', [protocolParams, geneProtocolParams]) }),
  inputs: {
    data: from<typeof dataStage>(),
    tokenize: from<typeof tokenize>(),
    start: optional<Pretrained>(),
    /** The first fold of each transformer. */
    runs: many<typeof finetune | typeof geneFinetune>(),
    evaluate: from<typeof evaluate>(),
    /** Only for cells: their folds and their layouts. */
    split: optional<typeof splitStage>(),
    embed: optional<typeof embedStage>(),
    curve: optional<typeof labelCurveStage>(),
  },
  outputs: page,
  async run({ task, params, inputs, output, progress }) {
    const { tokenize, start, split, embed } = inputs;
    const { protocol } = params;
    const metrics = await readJson<Metrics>(inputs.evaluate.file('published/metrics.json'));
    const predictions = await readPredictions(inputs.evaluate.file('published/predictions.arrow'));
    const caption = captionFor(metrics);
    const training = trainingFigure(await histories(start, inputs.runs), `${protocol.unit}_training`, caption);
    if (protocol.unit === 'gene') {
      const figures = [...geneFigures(metrics, predictions, caption), training];
      const report = geneReport(task, params, protocol, metrics, figures, tokenize);
      return leavePage({ figures, report, scale: params.scale }, output, progress);
    }
    const curve = inputs.curve && (await readJson<LabelCurve>(inputs.curve.file('published/label-curve.json')));
    const figures = [
      ...(split && embed ? [await umap(split, embed, predictions, caption)] : []),
      ...cellFigures(metrics, predictions, caption),
      ...(curve ? [labelCurveFigure(curve, caption)] : []),
      training,
    ];
    const report = cellReport(task, params, metrics, figures, { tokenize, start, curve });
    await leavePage({ figures, report, scale: params.scale }, output, progress);
  },
});

type ByModel = ReadonlyMap<string, Predictions>;

async function umap(
  split: MadeBy<typeof splitStage>,
  embed: MadeBy<typeof embedStage>,
  predictions: ByModel,
  caption: string,
): Promise<Figure> {
  return cellUmap(await readJson<Layouts>(embed.file('layouts')), await readSplit(split), predictions, caption);
}

function cellFigures(metrics: Metrics, predictions: ByModel, caption: string): Figure[] {
  return [
    cellConfusion(metrics, caption),
    cellPerformance(metrics, caption),
    ...(isBinary(metrics) ? [cellRoc(metrics, predictions, caption)] : []),
  ];
}

function geneFigures(metrics: Metrics, predictions: ByModel, caption: string): Figure[] {
  return [
    geneConfusion(metrics, caption),
    ...(isBinary(metrics) ? [geneRoc(metrics, predictions, caption)] : []),
    geneF1(metrics, caption),
    geneCoverage(metrics, caption),
  ];
}

function isBinary({ dataset }: Metrics): boolean {
  return Object.keys(dataset.classes).length === 2;
}
