/** Draws the figures of a generalization experiment and writes its report. */
import { leavePage, page, readJson } from '../figures/page.js';
import { transferContexts, transferDepth, transferLabels } from '../figures/transfer-figures.js';
import { transferReport } from '../figures/transfer-report.js';
import { defineStage, from, many } from '../run/define.js';
import type { TransferMetrics } from '../transfer/transfer-metrics.js';
import type contextSplit from './context-split.js';
import type dataStage from './data.js';
import { transferPageParams } from './generalization.params.js';
import type pretrain from './pretrain.js';
import type evaluate from './transfer-evaluate.js';
import type vocabulary from './vocabulary.js';

export default defineStage({
  name: 'transfer-figures',
  params: transferPageParams,
  inputs: {
    data: from<typeof dataStage>(),
    split: from<typeof contextSplit>(),
    vocabulary: from<typeof vocabulary>(),
    pretrained: many<typeof pretrain>(),
    evaluate: from<typeof evaluate>(),
  },
  outputs: page,
  async run({ task, params, inputs, output, progress }) {
    const metrics = await readJson<TransferMetrics>(inputs.evaluate.file('published/metrics.json'));
    const { synthetic, id, source } = metrics.dataset;
    const kind = synthetic
      ? 'SIMULATED data, no cell was measured'
      : 'Real data; thinned and ambient counts are made from it';
    const caption = `${kind}: ${id} (${source}). Experiment ${task.experiment}, profile ${task.profile}.`;
    const figures = [
      transferContexts(metrics, params.models, caption),
      ...transferDepth(metrics, params.models, caption),
      ...transferLabels(metrics, params.models, caption),
    ];
    const report = transferReport(task, params, metrics, figures, inputs);
    await leavePage({ figures, report, scale: params.scale }, output, progress);
  },
});
