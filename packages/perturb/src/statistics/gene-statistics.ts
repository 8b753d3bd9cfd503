import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { benjaminiHochberg, wilcoxonTest } from '@geneformer-ts/eval';
import type { PerturbationRun } from '../runs/open-run.js';
import { GeneSums, meanOf } from './gene-sums.js';
import { matcher } from './matched-genes.js';

/** Options of `geneStatistics`. */
export interface StatisticsOptions {
  /** The effect: `shift` (default), or one of the columns of the run, such as `toward T cell`. */
  effect?: string;
  /** Donor of each cell. Without donors, or with only one, nothing is tested. */
  donors?: readonly string[];
  /**
   * What counts as an independent observation; default `donors`. `cells` treats the cells of a donor as independent, which they are not:
   * p-values are then far too small.
   */
  replicates?: 'donors' | 'cells';
  /** Number of genes of the null; default 50. Not used for targets of `nullOf`. */
  matched?: number;
  /** Targets that are the null of a target, for runs of lists of genes; default: the genes most similar in rank and detection. */
  nullOf?: ReadonlyMap<number, readonly number[]>;
}

const known: OptionNames<StatisticsOptions> = {
  effect: true,
  donors: true,
  replicates: true,
  matched: true,
  nullOf: true,
};

/** Statistics per target; entry i of each array belongs to `target[i]`. */
export interface GeneStatistics {
  /** Token ids, or indices of lists of genes; targets that no cell contains are left out. */
  target: Int32Array;
  /** Mean over donors of the mean over their cells; without donors, the mean over cells. */
  effect: Float64Array;
  /** Cells with an effect. */
  cells: Int32Array;
  /** Cells that lack the genes; only runs of lists of genes have rows for them. */
  absent: Int32Array;
  /** Donors with an effect, or cells if these are the replicates; 0 without donors. */
  donors: Int32Array;
  /** Mean rank of the gene in these cells, from 0. */
  meanRank: Float64Array;
  /** Mean and standard deviation of the effects of the null. */
  nullMean: Float64Array;
  nullSd: Float64Array;
  /** (effect − nullMean) / nullSd. */
  z: Float64Array;
  /** Two-sided rank of the effect among those of the null: whether the gene is unlike similar genes. At least 2 / (matched + 1). */
  nullP: Float64Array;
  /** Two-sided Wilcoxon test on donor means, each minus the mean of the null in that donor: whether donors agree. NaN: not tested. */
  pValue: Float64Array;
  /** `pValue` adjusted by Benjamini and Hochberg. */
  fdr: Float64Array;
}

/** A donor has a difference if at least this share of the null genes has an effect in it. */
const LEAST_NULL_SHARE = 0.2;

/**
 * Returns statistics per target of a run: effect size, detection, a null of matched genes, and a test whose replicates are donors.
 *
 * ```ts
 * const run = await openRun('deleted');
 * const { target, effect, fdr } = await geneStatistics(run, { donors, effect: 'toward T cell' });
 * ```
 *
 * @throws FieldMissingError for an effect that the run does not have; ArgumentError
 */
export async function geneStatistics(
  run: Pick<PerturbationRun, 'parts'>,
  options: StatisticsOptions = {},
): Promise<GeneStatistics> {
  checkOptions('geneStatistics', options, known);
  const { effect = 'shift', donors, replicates = 'donors', matched = 50, nullOf } = options;
  if (!(matched >= 1)) throw ArgumentError.of('matched', matched, 'a whole number from 1');
  const ofCells = replicates === 'cells';
  const sums = new GeneSums((cell) => (ofCells ? cell : (donors?.[cell] ?? '')), effect);
  for await (const rows of run.parts()) sums.add(rows);
  const list = sums.list();
  const size = list.length;
  const placeOf = new Map(list.map((target, at) => [target, at]));
  const detections = list.map((target) => sums.detection(target));
  const means = list.map((target) => sums.means(target));
  const effects = Float64Array.from(means, meanOf);
  const nearest = matcher({
    cells: detections.map(({ cells }) => cells),
    meanRank: detections.map(({ meanRank }) => meanRank),
  });
  const nulls = list.map((target, at): readonly number[] => {
    const given = nullOf?.get(target);
    if (given) return given.flatMap((other) => placeOf.get(other) ?? []);
    return nullOf ? [] : nearest(at, matched);
  });
  const tested = ofCells || (donors !== undefined && sums.count > 1);
  const results: GeneStatistics = {
    target: Int32Array.from(list),
    effect: effects,
    cells: Int32Array.from(detections, ({ cells }) => cells),
    absent: Int32Array.from(detections, ({ absent }) => absent),
    donors: Int32Array.from(means, (own) => (donors ? own.filter((mean) => !Number.isNaN(mean)).length : 0)),
    meanRank: Float64Array.from(detections, ({ meanRank }) => meanRank),
    nullMean: new Float64Array(size).fill(NaN),
    nullSd: new Float64Array(size).fill(NaN),
    z: new Float64Array(size).fill(NaN),
    nullP: new Float64Array(size).fill(NaN),
    pValue: new Float64Array(size).fill(NaN),
    fdr: new Float64Array(size).fill(NaN),
  };
  nulls.forEach((others, at) => {
    if (others.length < 2) return;
    const values = others.map((other) => effects[other]);
    const mean = meanOf(values);
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    results.nullMean[at] = mean;
    results.nullSd[at] = sd;
    results.z[at] = (effects[at] - mean) / sd;
    results.nullP[at] = rankP(effects[at], values);
    if (tested)
      results.pValue[at] = signedRankP(
        differences(
          means[at],
          others.map((other) => means[other]),
        ),
      );
  });
  const testedAt = [...results.pValue.keys()].filter((at) => !Number.isNaN(results.pValue[at]));
  const adjusted = benjaminiHochberg(testedAt.map((at) => results.pValue[at]));
  testedAt.forEach((at, i) => (results.fdr[at] = adjusted[i]));
  return results;
}

/** Returns the two-sided p-value of the rank of a value among others that are exchangeable with it. */
function rankP(value: number, others: readonly number[]): number {
  const below = others.filter((other) => other <= value).length;
  const above = others.filter((other) => other >= value).length;
  return Math.min(1, (2 * (1 + Math.min(below, above))) / (others.length + 1));
}

/** Returns per replicate the mean of a gene minus the mean of its null, where both were found. */
function differences(own: Float64Array, nulls: readonly Float64Array[]): number[] {
  const least = LEAST_NULL_SHARE * nulls.length;
  return Array.from(own).flatMap((mean, replicate) => {
    if (Number.isNaN(mean)) return [];
    const others = nulls.map((other) => other[replicate]).filter((other) => !Number.isNaN(other));
    return others.length === 0 || others.length < least ? [] : [mean - meanOf(others)];
  });
}

/** Returns the p-value of a signed-rank test; NaN if no difference is other than 0. */
function signedRankP(values: readonly number[]): number {
  return values.some((value) => value !== 0) ? wilcoxonTest(values).pValue : NaN;
}
