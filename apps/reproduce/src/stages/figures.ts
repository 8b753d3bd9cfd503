/** Draws the figures and writes the report. */
import { mkdir } from 'node:fs/promises';
import { readSplit } from '../data/study-cells.js';
import { cellConfusion, cellPerformance, cellRoc, cellUmap } from '../figures/cell-figures.js';
import { captionFor, type Figure, histories, leavePage, readJson } from '../figures/page.js';
import { labelBudgetFigure } from '../figures/label-budgets.js';
import { writeReport } from '../figures/report.js';
import { trainingFigure } from '../figures/training-figures.js';
import type { Metrics } from '../results/metrics.js';
import { readPredictions } from '../results/predictions.js';
import type { Stage } from '../run/stage.js';
import type { Layouts } from './embed.js';
import type { FiguresParams } from './cell.params.js';

const stage: Stage<FiguresParams> = {
  async run({ identity, params, inputs, scratch, progress }) {
    await mkdir(scratch, { recursive: true });
    const metrics = await readJson<Metrics>(inputs.file('evaluate', 'published/metrics.json'));
    const predictions = await readPredictions(inputs.file('evaluate', 'published/predictions.arrow'));
    const layouts = await readJson<Layouts>(inputs.file('embed', 'layouts'));
    const caption = captionFor(metrics);

    const figures: Figure[] = [
      cellUmap(layouts, await readSplit(inputs), predictions, caption),
      cellConfusion(metrics, caption),
      cellPerformance(metrics, caption),
      ...(Object.keys(metrics.dataset.classes).length === 2 ? [cellRoc(metrics, predictions, caption)] : []),
      ...(metrics.labelBudgets ? [labelBudgetFigure(metrics.labelBudgets, caption)] : []),
      trainingFigure(await histories(inputs), caption),
    ];
    const report = writeReport(identity, params, metrics, figures, inputs);
    return leavePage({ figures, report, scale: params.scale }, inputs, scratch, progress);
  },
};
export default stage;
