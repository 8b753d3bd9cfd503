/** `metrics.json` of a pretraining experiment: the loss on held-out cells, and those of predictors that do not read the cell. */
import { readVariable } from '@geneformer-ts/core/node';
import { printable } from '@geneformer-ts/core';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Metrics } from './metrics.js';
import { printText } from '../run/print.js';
import { table, WIDEST_TITLE } from './summary.js';

export interface Losses {
  schema: 1;
  experiment: string;
  profile: string;
  title: string;
  corpus: {
    id: string;
    source: string;
    cells: number;
    /** Cells drawn from measured mean profiles, and cells that were measured. */
    drawn: number;
    measured: number;
    trainCells: number;
    heldOutCells: number;
  };
  parameters: number;
  steps: number;
  seconds: number;
  /** Mean cross-entropy of a masked gene, in nats; `predictors` from the best to the worst. */
  predictors: { name: string; loss: number; reads: string }[];
  environment: Metrics['environment'];
}

/** Prints the result of a pretraining profile. */
export async function printLosses(resultsDirectory: string): Promise<void> {
  const losses = JSON.parse(await readFile(path.join(resultsDirectory, 'metrics.json'), 'utf8')) as Losses;
  const shown = path.relative(readVariable('NX_WORKSPACE_ROOT') ?? process.cwd(), resultsDirectory);
  printText(`${formatLosses(losses)}\n\nFigures and report: ${shown}/report.html`);
}

export function formatLosses({ title, experiment, profile, corpus, predictors, ...run }: Losses): string {
  const count = (value: number) => value.toLocaleString('en-US');
  return [
    '',
    printable(title, WIDEST_TITLE),
    `${experiment}:${profile}: ${printable(corpus.id, WIDEST_TITLE)}`,
    `${count(corpus.drawn)} cells drawn from real mean profiles, ${count(corpus.measured)} measured cells; no labels are read`,
    `${count(run.parameters)} parameters, ${count(run.steps)} updates, ${Math.round(run.seconds)} s`,
    '',
    table([
      [`predictor of a masked gene`, 'nats', 'what it reads'],
      ...predictors.map(({ name, loss, reads }) => [name, loss.toFixed(3), reads]),
    ]),
    '',
    `Mean cross-entropy on ${count(corpus.heldOutCells)} held-out cells, of profiles that were not trained on.`,
  ].join('\n');
}
