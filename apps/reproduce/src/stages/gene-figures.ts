/** Draws the figures of a gene experiment and writes its report. */
import { geneConfusion, geneCoverage, geneF1, geneRoc } from '../figures/gene-figures.js';
import { geneReport } from '../figures/gene-report.js';
import { captionFor, histories, leavePage, page, readJson } from '../figures/page.js';
import { trainingFigure } from '../figures/training-figures.js';
import type { GeneMetrics } from '../gene/gene-metrics.js';
import { readPredictions } from '../results/predictions.js';
import { defineStage, from, many, optional } from '../run/define.js';
import type { Pretrained } from '../data/pretrained.js';
import { pageParams } from './cell.params.js';
import type dataStage from './data.js';
import type evaluate from './gene-evaluate.js';
import type finetune from './gene-finetune.js';
import type geneSplit from './gene-split.js';
import type tokenize from './tokenize.js';
import { geneProtocolParams } from './gene.params.js';

export default defineStage({
  name: 'gene-figures',
  params: pageParams.extend({ protocol: geneProtocolParams }),
  inputs: {
    data: from<typeof dataStage>(),
    tokenize: from<typeof tokenize>(),
    start: optional<Pretrained>(),
    split: from<typeof geneSplit>(),
    runs: many<typeof finetune>(),
    evaluate: from<typeof evaluate>(),
  },
  outputs: page,
  async run({ task, params, inputs, output, progress }) {
    const metrics = await readJson<GeneMetrics>(inputs.evaluate.file('published/metrics.json'));
    const predictions = await readPredictions(inputs.evaluate.file('published/predictions.arrow'));
    const caption = captionFor(metrics);
    const figures = [
      geneConfusion(metrics, caption),
      ...(Object.keys(metrics.dataset.classes).length === 2 ? [geneRoc(metrics, predictions, caption)] : []),
      geneF1(metrics, caption),
      geneCoverage(metrics, caption),
      { ...trainingFigure(await histories(inputs.start, inputs.runs), caption), name: 'gene_training' },
    ];
    const report = geneReport(task, params, metrics, figures, inputs.tokenize);
    await leavePage({ figures, report, scale: params.scale }, output, progress);
  },
});
