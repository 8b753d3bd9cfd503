/** Draws the figures and writes the report: everything a reader needs, in one folder. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toPng } from '@geneformer-ts/viz';
import { readSplit } from '../data/read-split.js';
import { cellConfusion } from '../figures/cell-confusion.js';
import { cellPerformance } from '../figures/cell-performance.js';
import { cellRoc } from '../figures/cell-roc.js';
import { cellUmap } from '../figures/cell-umap.js';
import type { Figure } from '../figures/figure.js';
import { writeReport } from '../figures/report.js';
import { trainingFigure, type History } from '../figures/training.js';
import type { Metrics } from '../results/metrics.js';
import { readPredictions } from '../results/predictions.js';
import type { Stage, StageInputs } from '../run/stage.js';
import type { Layouts } from './embed.js';
import type { FiguresParams } from './figures.params.js';

const stage: Stage<FiguresParams> = {
  async run({ identity, params, inputs, scratch, progress }) {
    const folder = path.join(scratch, 'figures');
    await mkdir(folder, { recursive: true });
    const metrics = await readJson<Metrics>(inputs.file('evaluate', 'published/metrics.json'));
    const predictions = await readPredictions(inputs.file('evaluate', 'published/predictions.arrow'));
    const layouts = await readJson<Layouts>(inputs.file('embed', 'layouts'));
    const caption = captionFor(metrics);

    const figures: Figure[] = [
      cellUmap(layouts, await readSplit(inputs), predictions, caption),
      cellConfusion(metrics, caption),
      cellPerformance(metrics, caption),
      ...(Object.keys(metrics.dataset.classes).length === 2 ? [cellRoc(metrics, predictions, caption)] : []),
      trainingFigure(await histories(inputs), caption),
    ];
    for (const [done, { name, svg }] of figures.entries()) {
      progress({ stage: 'draw', done, total: figures.length, unit: 'figures', detail: name });
      await writeFile(path.join(folder, `${name}.svg`), svg);
      await writeFile(path.join(folder, `${name}.png`), toPng(svg, { scale: params.scale }));
    }
    const report = path.join(scratch, 'report.html');
    await writeFile(report, writeReport(identity, params, metrics, figures, inputs));
    const manifest = path.join(scratch, 'manifest.json');
    await writeFile(manifest, JSON.stringify(everyManifest(inputs), null, 2) + '\n');
    return { outputs: {}, publish: { figures: folder, 'report.html': report, 'manifest.json': manifest } };
  },
};
export default stage;

function captionFor({ dataset, experiment, profile }: Metrics): string {
  const { synthetic, id, source, cells } = dataset;
  const kind = synthetic ? 'SIMULATED data, no cell was measured' : 'Real data';
  return `${kind}: ${id} (${source}), ${cells.toLocaleString('en-US')} cells. Experiment ${experiment}, profile ${profile}.`;
}

async function histories(inputs: StageInputs): Promise<Map<string, History>> {
  const found = new Map<string, History>();
  for (const name of inputs.names()) {
    if (!inputs.manifest(name).outputs['history']) continue;
    const label = name === 'pretrain' ? 'Pretraining' : `${inputs.fact<string>(name, 'label')}, fold 1`;
    found.set(label, await readJson<History>(inputs.file(name, 'history')));
  }
  return found;
}

function everyManifest(inputs: StageInputs) {
  return { schema: 1, stages: Object.fromEntries(inputs.names().map((name) => [name, inputs.manifest(name)])) };
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}
