/** Prints the summary of a generalization experiment: three tables on one screen. */
import { readVariable } from '@geneformer-ts/core/node';
import { printable } from '@geneformer-ts/core';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { shortName } from '../transfer/grid.js';
import type { Comparison } from '../transfer/compare.js';
import { cellOf, type TransferMetrics } from '../transfer/transfer-metrics.js';
import type { Estimate } from './measure.js';
import { printText } from '../run/terminal.js';
import { table, WIDEST_CELL, WIDEST_TITLE } from './summary.js';

export async function printTransfer(resultsDirectory: string, experiment: { title: string }): Promise<void> {
  const metrics = JSON.parse(await readFile(path.join(resultsDirectory, 'metrics.json'), 'utf8')) as TransferMetrics;
  const shown = path.relative(readVariable('NX_WORKSPACE_ROOT') ?? process.cwd(), resultsDirectory);
  printText(`${formatTransfer(metrics, experiment.title)}\n\nFigures and report: ${shown}/report.html`);
}

function formatTransfer(metrics: TransferMetrics, title: string): string {
  const { dataset, protocol } = metrics;
  const classes = Object.entries(dataset.classes).map(([name, cells]) => `${cells} ${printable(name, WIDEST_CELL)}`);
  return [
    '',
    printable(title, WIDEST_TITLE),
    `${metrics.experiment}:${metrics.profile}, ${dataset.synthetic ? 'SIMULATED data' : 'real data'}: ${printable(dataset.id, WIDEST_TITLE)}`,
    `${classes.join(', ')} cells; ${protocol.folds} folds, ${protocol.trainCells} training cells each, none of another ${protocol.shift}`,
    '',
    contextTable(metrics),
    '',
    partsTable(metrics),
    '',
    answers(metrics),
    '',
    dataset.synthetic
      ? 'Measured on simulated cells.'
      : 'Measured on real cells; thinned and ambient counts are made from them.',
  ].join('\n');
}

function contextTable(metrics: TransferMetrics): string {
  const { models, contexts } = metrics;
  return table([
    ['macro F1, all labels', ...contexts.map(shortName)],
    ...models.map(({ name, label }) => [
      label,
      ...contexts.map((context) => cellOf(metrics, name, context.name)?.macroF1.mean.toFixed(3) ?? ''),
    ]),
  ]);
}

/** Returns a table of the models and contexts that were tested with part of the labels. */
function partsTable(metrics: TransferMetrics): string {
  const parts = metrics.grid.filter(({ percent }) => percent < 100);
  const percents = [...new Set(parts.map(({ percent }) => percent)), 100].sort((a, b) => a - b);
  const contexts = metrics.contexts.filter(({ name }) => parts.some(({ context }) => context === name));
  const models = metrics.models.filter(({ name }) => parts.some(({ model }) => model === name));
  const columns = contexts.flatMap((context) => percents.map((percent) => ({ context, percent })));
  return table([
    ['macro F1, part of the labels', ...columns.map(({ context, percent }) => `${shortName(context)} ${percent}%`)],
    ...models.map(({ name, label }) => [
      label,
      ...columns.map(
        ({ context, percent }) => cellOf(metrics, name, context.name, percent)?.macroF1.mean.toFixed(3) ?? '',
      ),
    ]),
  ]);
}

/** Returns a table of the reference model's gains in accuracy: in the training context, in the shifted one, and at the lowest depth. */
function answers(metrics: TransferMetrics): string {
  const { comparisons, reference, models } = metrics;
  const shown = contextsShown(metrics);
  const own = comparisons.filter(({ first, percent }) => first === reference && percent === 100);
  const others = [...new Set(own.map(({ second }) => second))];
  const labelOf = (name: string) => models.find((model) => model.name === name)?.label ?? name;
  return table([
    ['gain in accuracy (95 % interval)', ...shown.map(shortName)],
    ...others.map((second) => [
      `over ${labelOf(second)}`,
      ...shown.map(({ name }) => {
        const found = own.find((one) => one.second === second && one.context === name);
        return found ? gain(found) : '';
      }),
    ]),
  ]).replace(/^/, `${labelOf(reference)}:\n`);
}

function contextsShown({ contexts }: TransferMetrics) {
  const deepest = contexts.filter(({ kind }) => kind === 'depth').sort((a, b) => b.amount - a.amount)[0];
  return contexts.filter((context) => context.kind === 'seen' || context.kind === 'shifted' || context === deepest);
}

function gain({ accuracy }: Comparison): string {
  const { mean, ci95 }: Estimate = accuracy;
  const [low, high] = ci95;
  return `${signed(mean)} (${signed(low)} ${signed(high)})`;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
