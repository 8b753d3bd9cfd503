import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '@geneformer-ts/core';
import { toPng } from '@geneformer-ts/viz';
import type { Metrics } from '../results/metrics.js';
import type { StageInputs, StageResult } from '../run/stage.js';

/** A figure as SVG, with the caption below it in the report. */
export interface Figure {
  /** File name without extension. */
  name: string;
  svg: string;
  /** The caption: how to read the figure. */
  reading: string;
}

/** Writes the pages of an experiment: the figures, the report and the manifests of all stages. */

/** Losses of a training run, one per update. */
export interface History {
  losses: number[];
}

interface Page {
  figures: readonly Figure[];
  report: string;
  /** Pixels of a PNG per unit of its SVG. */
  scale: number;
}

export async function leavePage(
  { figures, report, scale }: Page,
  inputs: StageInputs,
  scratch: string,
  progress: Progress,
): Promise<StageResult> {
  const folder = path.join(scratch, 'figures');
  await mkdir(folder, { recursive: true });
  for (const [done, { name, svg }] of figures.entries()) {
    progress({ stage: 'draw', done, total: figures.length, unit: 'figures', detail: name });
    await writeFile(path.join(folder, `${name}.svg`), svg);
    await writeFile(path.join(folder, `${name}.png`), toPng(svg, { scale }));
  }
  const page = path.join(scratch, 'report.html');
  await writeFile(page, report);
  const manifest = path.join(scratch, 'manifest.json');
  const stages = Object.fromEntries(inputs.names().map((name) => [name, inputs.manifest(name)]));
  await writeFile(manifest, JSON.stringify({ schema: 1, stages }, null, 2) + '\n');
  return { outputs: {}, publish: { figures: folder, 'report.html': page, 'manifest.json': manifest } };
}

/** Returns the loss histories of all training runs among the inputs, as a map from label to history. */
export async function histories(inputs: StageInputs): Promise<Map<string, History>> {
  const found = new Map<string, History>();
  for (const name of inputs.names()) {
    if (!inputs.manifest(name).outputs['history']) continue;
    const own = inputs.fact<string | undefined>(name, 'label');
    found.set(
      own === undefined ? 'Pretraining' : `${own}, fold 1`,
      await readJson<History>(inputs.file(name, 'history')),
    );
  }
  return found;
}

export function captionFor({ dataset, experiment, profile }: Metrics): string {
  const { synthetic, id, source, cells } = dataset;
  const kind = synthetic ? 'SIMULATED data, no cell was measured' : 'Real data';
  return `${kind}: ${id} (${source}), ${cells.toLocaleString('en-US')} cells. Experiment ${experiment}, profile ${profile}.`;
}

export async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}
