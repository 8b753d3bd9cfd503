import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '@geneformer-ts/core';
import { toPng } from '@geneformer-ts/viz';
import type { Metrics } from '../results/metrics.js';
import type { Made } from '../run/define.js';

/** A figure as SVG, with the caption below it in the report. */
export interface Figure {
  /** File name without extension. */
  name: string;
  svg: string;
  /** The caption: how to read the figure. */
  reading: string;
}

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

/** The outputs of a stage that draws. */
export const page = { 'published/figures': 'figures', 'published/report.html': 'report.html' } as const;

/** Writes the figures of an experiment, as SVG and PNG, and its report. */
export async function leavePage(
  { figures, report, scale }: Page,
  output: Readonly<Record<keyof typeof page, string>>,
  progress: Progress,
): Promise<void> {
  const folder = output['published/figures'];
  await mkdir(folder, { recursive: true });
  for (const [done, { name, svg }] of figures.entries()) {
    progress({ stage: 'draw', done, total: figures.length, unit: 'figures', detail: name });
    await writeFile(path.join(folder, `${name}.svg`), svg);
    await writeFile(path.join(folder, `${name}.png`), toPng(svg, { scale }));
  }
  await writeFile(output['published/report.html'], report);
}

/** Returns the loss histories of the pretraining and of the first fold of each model, as a map from label to history. */
export async function histories(
  start: Made<string, unknown> | undefined,
  firstFolds: readonly Made<string, { label: string }>[],
): Promise<Map<string, History>> {
  const read = async (made: Made<string, unknown>, label: string): Promise<[string, History][]> =>
    made.has('history') ? [[label, await readJson<History>(made.file('history'))]] : [];
  const found = start ? await read(start, 'Pretraining') : [];
  for (const run of firstFolds) found.push(...(await read(run, `${run.facts.label}, fold 1`)));
  return new Map(found);
}

export function captionFor({ dataset, experiment, profile }: Metrics): string {
  const { synthetic, id, source, cells } = dataset;
  const kind = synthetic ? 'SIMULATED data, no cell was measured' : 'Real data';
  return `${kind}: ${id} (${source}), ${cells.toLocaleString('en-US')} cells. Experiment ${experiment}, profile ${profile}.`;
}

export async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, 'utf8')) as T;
}
