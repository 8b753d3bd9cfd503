/**
 * The in silico thymus: raw counts of single cells from a generative model with known ground truth.
 *
 * ```ts
 * import { simulateThymus, writeThymus } from '@geneformer-ts/simulate';
 *
 * await writeThymus('thymus.h5ad', { seed: 0 }); // 6,200 cells × 12,000 genes, and thymus.truth.json beside it
 *
 * const cells = simulateThymus({ seed: 0, preset: 'small' });
 * for (const block of cells.blocks()) console.log(block.rowStart, block.rows); // 0 200
 * ```
 *
 * `drawCells` draws cells from a measured mean profile: real means, simulated cells.
 *
 * All data of the thymus are simulated. They are tuned to the difficulty of the published task, so results on them
 * measure methods, not the thymus.
 */
export { simulateThymus } from './simulate-thymus.js';
export type { CellTruth, SimulatedCells } from './simulate-thymus.js';
export { writeThymus } from './write-thymus.js';
export type { Progress } from '@geneformer-ts/core';
export type { WriteThymusOptions, WrittenThymus } from './write-thymus.js';
export { drawCells } from './profiles/draw-cells.js';
export type { DrawnCells, DrawOptions } from './profiles/draw-cells.js';
export type { Preset, ThymusOptions, ThymusSettings } from './design/options.js';
export type { RegulatorTruth, ThymusTruth } from './truth.js';
export type { DosageClass } from './genes/catalog.js';
export { ArgumentError, GeneformerError } from '@geneformer-ts/core';
export { CellIndexError } from './errors.js';
