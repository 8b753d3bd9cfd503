/**
 * In silico perturbation: what happens to the vector of a cell, to the vectors of its genes, and to the predictions of a classifier if
 * genes are deleted, overexpressed, inhibited or activated.
 *
 * ```ts
 * import { perturbCell } from '@geneformer-ts/perturb';
 *
 * const rules = { specialIds: model.specialIds, maxLength: 2048 };
 * const { shift } = await perturbCell(model, cell, genes.map((gene) => [gene]), { kind: 'delete' }, rules);
 * ```
 *
 * Reading counts, and names of genes, are in other packages.
 */
export { perturbationKinds, perturbSequence } from './sequence/perturb-sequence.js';
export type { Perturbation } from './sequence/perturb-sequence.js';
export type { GeneSequence, PerturbedSequence, SequenceRules } from './sequence/gene-sequence.js';
export { perturbCell } from './effects/perturb-cell.js';
export type { CellEffects, EffectOptions } from './effects/perturb-cell.js';
export type { GeneShift } from './effects/gene-shifts.js';
export { stateVectors } from './effects/state-vectors.js';
export type { LabeledVectors } from './effects/state-vectors.js';
export { ArgumentError, GeneformerError } from '@geneformer-ts/core';
