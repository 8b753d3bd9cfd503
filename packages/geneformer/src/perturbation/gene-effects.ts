import { geneStatistics, impactMixture, type PerturbationRun, stateColumn } from '@geneformer-ts/perturb';
import type { Vocabulary } from '@geneformer-ts/tokenizer';
import type { PerturbOptions } from './perturb-options.js';
import type { Target } from './target-genes.js';

/** The effect of perturbing one gene, or one group of genes. */
export interface GeneEffect {
  /** Symbol of the gene, its id if it has none, or the name of the group. */
  name: string;
  /** Ensembl ids. */
  ids: string[];
  /** Mean over donors of the mean over their cells; without donors, the mean over cells. */
  effect: number;
  /** Cells with an effect, and cells that lack the genes. */
  cells: number;
  absent: number;
  /** Donors with an effect; 0 without donors. */
  donors: number;
  /** Mean rank of the gene in these cells, from 0. */
  meanRank: number;
  /** Mean and standard deviation of the effects of similar genes, and the distance to them in standard deviations. */
  nullMean: number;
  nullSd: number;
  z: number;
  /** Two-sided rank among similar genes. */
  nullP: number;
  /** Wilcoxon test on donor means, and its value after adjustment by Benjamini and Hochberg; NaN: not tested. */
  pValue: number;
  fdr: number;
  /** Probability of belonging to the genes with more impact. */
  impact: number;
  /** Mean of each other effect of the run, by its name. */
  others: Record<string, number>;
}

/** Returns the name of the effect that is tested: the shift toward the goal if there is one. */
export function testedEffect({ states }: PerturbOptions): string {
  return states?.goal === undefined ? 'shift' : stateColumn(states.goal);
}

/**
 * Returns the effects of a run with symbols, the largest first. Random genes that were perturbed for comparison are left out. Targets
 * that no cell contains come last, with an effect of NaN.
 *
 * @param targets - what was perturbed; undefined if every gene of each cell was
 * @param cells - number of perturbed cells
 */
export async function geneEffects(
  run: PerturbationRun,
  { tokens, symbols = new Map() }: Pick<Vocabulary, 'tokens' | 'symbols'>,
  targets: readonly Target[] | undefined,
  donors: readonly string[] | undefined,
  cells: number,
  options: PerturbOptions,
): Promise<GeneEffect[]> {
  const nullOf = targets && nullsOf(targets);
  const common = {
    ...(donors && { donors }),
    ...(options.cellsAsReplicates === true && { replicates: 'cells' as const }),
    ...(nullOf && { nullOf }),
  };
  const tested = testedEffect(options);
  const found = await geneStatistics(run, { ...common, effect: tested });
  const mixture = impactMixture(found.effect);
  const others = new Map<string, Map<number, number>>();
  for (const effect of ['shift', ...run.columns].filter((name) => name !== tested)) {
    const { target, effect: means } = await geneStatistics(run, { ...common, effect });
    others.set(effect, new Map(Array.from(target, (own, at) => [own, means[at]])));
  }
  const symbolOf = new Map([...symbols].map(([symbol, id]) => [id, symbol]));
  const numbers = [
    'effect',
    'cells',
    'absent',
    'donors',
    'meanRank',
    'nullMean',
    'nullSd',
    'z',
    'nullP',
    'pValue',
    'fdr',
  ] as const;
  const effects = Array.from(found.target).flatMap((target, at): GeneEffect[] => {
    const asked = targets?.[target];
    if (asked?.nullOf !== undefined) return [];
    const ids = (asked?.genes ?? [target]).map((gene) => tokens[gene]);
    const values = Object.fromEntries(numbers.map((name) => [name, found[name][at]]));
    return [
      {
        name: asked?.name ?? symbolOf.get(ids[0]) ?? ids[0],
        ids,
        ...(values as Record<(typeof numbers)[number], number>),
        impact: mixture?.probability(found.effect[at]) ?? NaN,
        others: Object.fromEntries([...others].map(([name, means]) => [name, means.get(target) ?? NaN])),
      },
    ];
  });
  const measured = new Set(found.target);
  const absent = (targets ?? []).flatMap(({ name, genes, nullOf: copied }, index): GeneEffect[] => {
    if (copied !== undefined || measured.has(index)) return [];
    const undefinedValues = Object.fromEntries(numbers.map((column) => [column, NaN]));
    return [
      {
        name,
        ids: genes.map((gene) => tokens[gene]),
        ...(undefinedValues as Record<(typeof numbers)[number], number>),
        ...{ cells: 0, absent: cells, donors: 0, impact: NaN },
        others: Object.fromEntries([...others.keys()].map((column) => [column, NaN])),
      },
    ];
  });
  return [...effects.sort((a, b) => b.effect - a.effect), ...absent];
}

/** Returns the indices of the random genes that each target is compared with. */
function nullsOf(targets: readonly Target[]): Map<number, number[]> {
  const nulls = new Map<number, number[]>();
  targets.forEach(({ nullOf }, index) => {
    if (nullOf !== undefined) nulls.set(nullOf, [...(nulls.get(nullOf) ?? []), index]);
  });
  return nulls;
}

/** Returns effects as CSV. A value that is not defined is empty. */
export function effectsCsv(effects: readonly GeneEffect[], tested: string): string {
  const others = Object.keys(effects[0]?.others ?? {});
  const header = [
    ...['gene', 'ids', tested, 'cells', 'cells without', 'donors', 'mean rank', 'null mean', 'null sd', 'z'],
    ...['null p', 'p', 'fdr', 'impact', ...others],
  ];
  const rows = effects.map((row) => [
    ...[row.name, row.ids.join(' '), row.effect, row.cells, row.absent, row.donors, row.meanRank, row.nullMean],
    ...[row.nullSd, row.z, row.nullP, row.pValue, row.fdr, row.impact, ...others.map((name) => row.others[name])],
  ]);
  return `${[header, ...rows].map((cells) => cells.map(csvCell).join(',')).join('\n')}\n`;
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
