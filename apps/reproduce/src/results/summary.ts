import { readVariable } from '@geneformer-ts/core/node';
import { printable } from '@geneformer-ts/core';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { columnsOf, curveScore } from '../figures/label-curve.js';
import type { LabelCurve } from '../stages/label-curve.js';
import { printText } from '../run/terminal.js';
import type { Metric } from './measure.js';
import type { Metrics } from './metrics.js';
import { scoreRange } from './words.js';

/** The maximum number of characters in a table cell; names come from data files and may be of any length. */
export const WIDEST_CELL = 60;
export const WIDEST_TITLE = 200;
const HEADINGS = { accuracy: 'accuracy', macroF1: 'macro F1', rocAuc: 'ROC AUC' };
const METRICS = Object.keys(HEADINGS) as Metric[];

/** Prints the result of a profile on one screen: one row per model with intervals, and the published numbers below. */
export async function printSummary(resultsDirectory: string, experiment: { title: string }): Promise<void> {
  const metrics = JSON.parse(await readFile(path.join(resultsDirectory, 'metrics.json'), 'utf8')) as Metrics;
  const shown = path.relative(readVariable('NX_WORKSPACE_ROOT') ?? process.cwd(), resultsDirectory);
  const file = path.join(resultsDirectory, 'label-curve.json');
  const curve = existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as LabelCurve) : undefined;
  const parts = [formatSummary(metrics, experiment.title), ...(curve ? [curveTable(curve)] : [])];
  printText(`${parts.join('\n\n')}\n\nFigures and report: ${shown}/report.html`);
}

export function formatSummary(metrics: Metrics, title: string): string {
  const { dataset, protocol } = metrics;
  const classes = Object.entries(dataset.classes).map(([name, cells]) => `${cells} ${printable(name, WIDEST_CELL)}`);
  const groups = protocol.groupBy
    ? `, no ${printable(protocol.groupBy, WIDEST_CELL)} in both training and test (${dataset.groups} of them)`
    : '';
  const measured = metrics.models.map((model) => [model.label, ...METRICS.map((metric) => scoreRange(model[metric]))]);
  const names = [...new Set(metrics.published.map(({ model }) => model))];
  const published = names.map((name) => [
    `${name}, published`,
    ...METRICS.map(
      (metric) => metrics.published.find((p) => p.model === name && p.metric === metric)?.value.toFixed(3) ?? '',
    ),
  ]);
  return [
    '',
    printable(title, WIDEST_TITLE),
    `${metrics.experiment}:${metrics.profile}, ${dataset.synthetic ? 'SIMULATED data' : 'real data'}: ${printable(dataset.id, WIDEST_TITLE)}`,
    `${classes.slice(0, 6).join(', ')}${classes.length > 6 ? ', …' : ''} ${protocol.unit}s; ${protocol.folds} folds${groups}`,
    '',
    table([['model (95 % interval)', ...METRICS.map((metric) => HEADINGS[metric])], ...measured, [], ...published]),
    ...(dataset.synthetic && published.length
      ? [
          '',
          `Measured on simulated cells; the published row is from real ${protocol.unit === 'cell' ? 'thymus' : 'cells'} and is shown for scale only.`,
        ]
      : []),
  ].join('\n');
}

/** Returns a table of macro F1 by number of labels: one row per kind of vectors or classifier. */
export function curveTable({ rows }: LabelCurve): string {
  return table([
    ['macro F1 (95 % interval of draws)', ...columnsOf(rows)],
    ...rows.map(({ label, points }) => [label, ...points.map(curveScore)]),
  ]);
}

export function table(given: readonly (readonly string[])[]): string {
  const rows = given.map((row) => row.map((cell) => printable(cell, WIDEST_CELL)));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [lines[0], rule, ...lines.slice(1).map((line) => line || rule)].join('\n');
}
