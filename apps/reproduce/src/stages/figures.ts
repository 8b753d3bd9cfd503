/** Draws the figures and writes the report. */
import type { Pretrained } from '../data/pretrained.js';
import { readSplit } from '../data/study-cells.js';
import { cellConfusion, cellPerformance, cellRoc, cellUmap } from '../figures/cell-figures.js';
import { captionFor, type Figure, histories, leavePage, page, readJson } from '../figures/page.js';
import { labelBudgetFigure } from '../figures/label-budgets.js';
import { writeReport } from '../figures/report.js';
import { trainingFigure } from '../figures/training-figures.js';
import type { Metrics } from '../results/metrics.js';
import { readPredictions } from '../results/predictions.js';
import { defineStage, from, many, optional } from '../run/define.js';
import { pageParams } from './cell.params.js';
import type dataStage from './data.js';
import type embed from './embed.js';
import type { Layouts } from './embed.js';
import type evaluate from './evaluate.js';
import type finetune from './finetune.js';
import type splitStage from './split.js';
import type tokenize from './tokenize.js';

export default defineStage({
  name: 'figures',
  params: pageParams,
  inputs: {
    data: from<typeof dataStage>(),
    split: from<typeof splitStage>(),
    tokenize: from<typeof tokenize>(),
    start: optional<Pretrained>(),
    runs: many<typeof finetune>(),
    embed: from<typeof embed>(),
    evaluate: from<typeof evaluate>(),
  },
  outputs: page,
  async run({ task, params, inputs, output, progress }) {
    const { tokenize, start } = inputs;
    const metrics = await readJson<Metrics>(inputs.evaluate.file('published/metrics.json'));
    const predictions = await readPredictions(inputs.evaluate.file('published/predictions.arrow'));
    const layouts = await readJson<Layouts>(inputs.embed.file('layouts'));
    const caption = captionFor(metrics);

    const figures: Figure[] = [
      cellUmap(layouts, await readSplit(inputs.split), predictions, caption),
      cellConfusion(metrics, caption),
      cellPerformance(metrics, caption),
      ...(Object.keys(metrics.dataset.classes).length === 2 ? [cellRoc(metrics, predictions, caption)] : []),
      ...(metrics.labelBudgets ? [labelBudgetFigure(metrics.labelBudgets, caption)] : []),
      trainingFigure(await histories(start, inputs.runs), caption),
    ];
    const report = writeReport(task, params, metrics, figures, { tokenize, start });
    await leavePage({ figures, report, scale: params.scale }, output, progress);
  },
});
