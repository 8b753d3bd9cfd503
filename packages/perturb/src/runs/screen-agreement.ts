import type { BertModel } from '@geneformer-ts/model';
import { rankCorrelation } from '../statistics/rank-correlation.js';
import { computePart, type PartRows, stateColumn } from './compute-part.js';
import type { PerturbationRun } from './open-run.js';
import { planRun } from './part-plan.js';
import { heldOutStates } from './perturb-cells.js';
import type { RunSpec } from './run-spec.js';

/** How well a screen ranks the genes of a cell, beside exact deletions. */
export interface ScreenAgreement {
  /** Name of the compared effect. */
  effect: string;
  /** Number of compared cells, and of deletions that were computed exactly. */
  cells: number;
  deletions: number;
  /** Spearman's correlation over the compared genes of a cell: mean over cells, and the smallest. */
  mean: number;
  least: number;
}

/** Compared cells, at equal distances, and genes of each, at equal distances in rank. */
const CELLS = 8;
const GENES = 48;

/**
 * Compares a run with `screen` with exact deletions of some genes in some of its cells.
 *
 * ```ts
 * const { mean } = await screenAgreement(model, spec, await openRun('screened'));
 * ```
 *
 * @param effect - `shift` (default), or a column of the run
 * @throws the errors of `perturbCells`
 */
export async function screenAgreement(
  model: BertModel,
  spec: RunSpec,
  run: Pick<PerturbationRun, 'parts'>,
  { effect = 'shift', signal }: { effect?: string; signal?: AbortSignal } = {},
): Promise<ScreenAgreement> {
  const { screen: _, ...exact } = spec;
  const { cells, starts } = planRun(spec);
  const compared = evenly(cells.length, CELLS);
  const names = spec.states?.names.filter((name) => stateColumn(name) === effect) ?? [];
  const { states: measured, ...others } = exact;
  const own: RunSpec = { ...others, ...(measured && names.length > 0 && { states: { ...measured, names } }) };
  const reading = { model, batchTokens: 4096, signal };
  const states = await heldOutStates(own, reading);
  const correlations: number[] = [];
  let deletions = 0;
  const screened = await effectsOf(run, new Set(compared.map((at) => cells[at])), effect);
  for (const at of compared) {
    const cell = cells[at];
    const plan = planRun({ ...own, select: Int32Array.of(cell), partTokens: Infinity });
    const ranks = evenly(starts[at + 1] - starts[at], GENES);
    const values: number[] = [];
    for (const rank of ranks) {
      // One part per gene, so that only these are computed.
      const part = { index: 0, first: rank, end: rank + 1 };
      const rows = await computePart(own, plan, part, { ...reading, labels: [], states });
      values.push(columnOf(rows, effect)[0]);
    }
    deletions += ranks.length;
    const found = screened.get(cell) ?? [];
    const correlation = rankCorrelation(
      ranks.map((rank) => found[rank]),
      values,
    );
    if (!Number.isNaN(correlation)) correlations.push(correlation);
  }
  return {
    effect,
    cells: correlations.length,
    deletions,
    mean: correlations.reduce((sum, value) => sum + value, 0) / correlations.length,
    least: Math.min(...correlations),
  };
}

/** Returns at most `most` of the numbers below `count`, at equal distances. */
function evenly(count: number, most: number): number[] {
  const size = Math.min(count, most);
  return Array.from({ length: size }, (_, i) => Math.floor(((i + 0.5) * count) / size));
}

/** Returns an effect of some cells, by the rank of the deleted gene. */
async function effectsOf(
  run: Pick<PerturbationRun, 'parts'>,
  cells: ReadonlySet<number>,
  effect: string,
): Promise<Map<number, number[]>> {
  const found = new Map<number, number[]>();
  for await (const rows of run.parts()) {
    const values = columnOf(rows, effect);
    rows.cell.forEach((cell, row) => {
      if (!cells.has(cell)) return;
      const own = found.get(cell) ?? [];
      found.set(cell, own);
      own[rows.rank[row]] = values[row];
    });
  }
  return found;
}

const columnOf = ({ shift, changes }: PartRows, effect: string): Float64Array =>
  effect === 'shift' ? shift : (changes.get(effect) as Float64Array);
