/**
 * In silico perturbation: what happens to the vector of a cell, to the vectors of its genes, and to the predictions of a classifier if
 * genes are deleted, overexpressed, inhibited or activated.
 *
 * ```ts
 * import { geneStatistics, openRun, perturbCells } from '@geneformer-ts/perturb';
 *
 * const spec = { cells, targets: 'all', perturbation: { kind: 'delete' }, rules, modelDigest } as const;
 * await perturbCells(model, spec, 'deleted'); // in parts; a stopped run continues
 * const { target, effect, fdr } = await geneStatistics(await openRun('deleted'), { donors });
 * ```
 *
 * Reading counts, and names of genes, are in other packages.
 */
export { perturbationKinds, perturbSequence } from './sequence/perturb-sequence.js';
export type { Perturbation } from './sequence/perturb-sequence.js';
export type { GeneSequence, PerturbedSequence, SequenceRules } from './sequence/gene-sequence.js';
export { perturbCell } from './effects/perturb-cell.js';
export type { CellEffects, EffectOptions } from './effects/perturb-cell.js';
export { screenDeletions } from './effects/screen-deletions.js';
export type { ScreenedEffects, ScreenOptions } from './effects/screen-deletions.js';
export type { GeneShift } from './effects/gene-shifts.js';
export { perturbCells } from './runs/perturb-cells.js';
export type { RunOptions, RunOutcome } from './runs/perturb-cells.js';
export { classColumn, stateColumn } from './runs/compute-part.js';
export type { PartRows } from './runs/compute-part.js';
export { estimateCells } from './runs/estimate-cells.js';
export type { RunEstimate } from './runs/estimate-cells.js';
export { planRun } from './runs/part-plan.js';
export type { Part, RunPlan } from './runs/part-plan.js';
export { RunMismatchError } from './runs/run-manifest.js';
export type { RunManifest } from './runs/run-manifest.js';
export { openRun } from './runs/open-run.js';
export type { PerturbationRun } from './runs/open-run.js';
export type { RunSpec } from './runs/run-spec.js';
export { screenAgreement } from './runs/screen-agreement.js';
export type { ScreenAgreement } from './runs/screen-agreement.js';
export { rankCorrelation } from './statistics/rank-correlation.js';
export { geneStatistics } from './statistics/gene-statistics.js';
export type { GeneStatistics, StatisticsOptions } from './statistics/gene-statistics.js';
export { impactMixture } from './statistics/impact-mixture.js';
export type { ImpactMixture } from './statistics/impact-mixture.js';
export { matchedGenes } from './statistics/matched-genes.js';
export type { GeneProfile } from './statistics/matched-genes.js';
export { stateVectors } from './effects/state-vectors.js';
export type { LabeledVectors } from './effects/state-vectors.js';
export { ArgumentError, GeneformerError } from '@geneformer-ts/core';
