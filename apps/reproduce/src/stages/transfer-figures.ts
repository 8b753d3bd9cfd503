/** Draws the figures of a generalization experiment and writes its report. */
import { mkdir } from 'node:fs/promises';
import { leavePage, readJson } from '../figures/page.js';
import { transferContexts, transferDepth, transferLabels } from '../figures/transfer-figures.js';
import { transferReport } from '../figures/transfer-report.js';
import type { Stage } from '../run/stage.js';
import type { TransferMetrics } from '../transfer/transfer-metrics.js';
import type { TransferFiguresParams } from './generalization.params.js';

const stage: Stage<TransferFiguresParams> = {
  async run({ identity, params, inputs, scratch, progress }) {
    await mkdir(scratch, { recursive: true });
    const metrics = await readJson<TransferMetrics>(inputs.file('transfer-evaluate', 'published/metrics.json'));
    const { synthetic, id, source } = metrics.dataset;
    const kind = synthetic
      ? 'SIMULATED data, no cell was measured'
      : 'Real data; thinned and ambient counts are made from it';
    const caption = `${kind}: ${id} (${source}). Experiment ${identity.experiment}, profile ${identity.profile}.`;
    const figures = [
      transferContexts(metrics, params.models, caption),
      ...transferDepth(metrics, params.models, caption),
      ...transferLabels(metrics, params.models, caption),
    ];
    const report = transferReport(identity, params, metrics, figures, inputs);
    return leavePage({ figures, report, scale: params.scale }, inputs, scratch, progress);
  },
};
export default stage;
