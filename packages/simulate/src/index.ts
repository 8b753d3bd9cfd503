/**
 * The in silico thymus: raw counts of single cells from a generative model whose truth is known.
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
 * `drawCells` draws cells from a mean profile that somebody has measured: real means, simulated cells.
 *
 * Everything in the thymus is simulated. It is as hard as the published task by design, so results on it measure methods, not
 * the thymus.
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
export type { DosageClass } from './genes/catalogue.js';
export { ArgumentError, GeneformerError } from '@geneformer-ts/core';
export { CellIndexError } from './errors.js';
