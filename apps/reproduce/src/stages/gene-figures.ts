/** Draws the figures of a gene experiment and writes its report. */
import { mkdir } from 'node:fs/promises';
import { geneConfusion, geneCoverage, geneF1, geneRoc } from '../figures/gene-figures.js';
import { geneReport } from '../figures/gene-report.js';
import { captionFor, histories, leavePage, readJson } from '../figures/page.js';
import { trainingFigure } from '../figures/training-figures.js';
import type { GeneMetrics } from '../gene/gene-metrics.js';
import { readPredictions } from '../results/predictions.js';
import type { Stage } from '../run/stage.js';
import type { GeneFiguresParams } from './gene.params.js';

const stage: Stage<GeneFiguresParams> = {
  async run({ identity, params, inputs, scratch, progress }) {
    await mkdir(scratch, { recursive: true });
    const metrics = await readJson<GeneMetrics>(inputs.file('gene-evaluate', 'published/metrics.json'));
    const predictions = await readPredictions(inputs.file('gene-evaluate', 'published/predictions.arrow'));
    const caption = captionFor(metrics);
    const figures = [
      geneConfusion(metrics, caption),
      ...(Object.keys(metrics.dataset.classes).length === 2 ? [geneRoc(metrics, predictions, caption)] : []),
      geneF1(metrics, caption),
      geneCoverage(metrics, caption),
      { ...trainingFigure(await histories(inputs), caption), name: 'gene_training' },
    ];
    const report = geneReport(identity, params, metrics, figures, inputs);
    return leavePage({ figures, report, scale: params.scale }, inputs, scratch, progress);
  },
};
export default stage;
