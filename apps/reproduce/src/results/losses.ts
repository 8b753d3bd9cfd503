import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { printable } from '@geneformer-ts/core';
import { readVariable } from '@geneformer-ts/core/node';
import type { Cells } from '@geneformer-ts/model';
import { printText } from '../run/terminal.js';
import type { Metrics } from './metrics.js';
import { table, WIDEST_TITLE } from './summary.js';

/** `metrics.json` of a pretraining experiment: the loss on held-out cells, and those of predictors that do not read the cell. */

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

/**
 * Mean cross-entropy in nats, over every position of the held-out cells, of predictors that do not read the cell: all genes equally likely, the
 * frequency of each gene, and its frequency near that rank. A model that has learned which genes are co-expressed must outperform all three.
 */
export interface CountLosses {
  uniform: number;
  unigram: number;
  position: number;
}

/** The bounds of the rank bins that share counts; finer at the top, where ranks are most informative. */
const bounds = Array.from({ length: 40 }, (_, step) => Math.floor(1.25 ** step)).filter(
  (at, i, all) => at !== all[i - 1],
);

/**
 * Strengths of the shrinkage of a rank's counts towards those of all ranks. The best one on the held-out cells is used, which favors the predictor.
 */
const strengths = [30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000];

/**
 * Returns the losses of the predictors on held-out cells.
 * @param genes number of tokens; those below `firstGene` are special tokens and never masked
 * @param maxLength number of positions that are read per cell
 */
export function countLosses(
  train: Cells,
  heldOut: Cells,
  { genes, firstGene, maxLength }: { genes: number; firstGene: number; maxLength: number },
): CountLosses {
  const bucketOf = Int32Array.from({ length: maxLength }, (_, at) => bounds.filter((bound) => bound <= at).length);
  const buckets = bounds.length + 1;
  const byBucket = new Float64Array(buckets * genes);
  const bucketTotals = new Float64Array(buckets);
  // A pseudocount of one: a gene that was never seen must not have an infinite loss.
  const overall = new Float64Array(genes).fill(1, firstGene);
  let total = genes - firstGene;
  visit(train, maxLength, (gene, position) => {
    const bucket = bucketOf[position];
    byBucket[bucket * genes + gene]++;
    bucketTotals[bucket]++;
    overall[gene]++;
    total++;
  });

  let unigram = 0;
  let occurrences = 0;
  const position = new Float64Array(strengths.length);
  visit(heldOut, maxLength, (gene, at) => {
    const bucket = bucketOf[at];
    const share = overall[gene] / total;
    unigram -= Math.log(share);
    strengths.forEach((strength, i) => {
      const count = byBucket[bucket * genes + gene] + strength * share;
      position[i] -= Math.log(count / (bucketTotals[bucket] + strength));
    });
    occurrences++;
  });
  return {
    uniform: Math.log(genes - firstGene),
    unigram: unigram / occurrences,
    position: Math.min(...position) / occurrences,
  };
}

function visit({ inputIds, offsets }: Cells, maxLength: number, see: (gene: number, position: number) => void): void {
  for (let cell = 0; cell + 1 < offsets.length; cell++) {
    const [from, to] = [offsets[cell], offsets[cell + 1]];
    for (let at = from; at < Math.min(to, from + maxLength); at++) see(inputIds[at], at - from);
  }
}
