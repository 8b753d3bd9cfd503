import { Xoshiro128 } from '@geneformer-ts/core';
import type { Biology } from '../biology/biology.js';
import { donors, libraries } from '../design/libraries.js';
import { streams } from '../design/streams.js';
import { LIBRARY_DEPTH_SHARE } from './identity.js';

/** Standard deviation of a gene's log level between donors, and between libraries of one donor. */
const DONOR_SPREAD = 0.18;
const LIBRARY_SPREAD = 0.08;
/** Donors differ more in the axis genes, so that a classifier trained on some donors is less accurate on others. */
const DONOR_AXIS_SPREAD = 0.35;

export interface Batches {
  /** Baseline log levels, by library. */
  baselines: Float64Array[];
  /** Depth score of each library in standard normal units. */
  depthScores: Float64Array;
}

/** Draws donor and library effects. `cellsIn` has the number of cells of each library. */
export function drawBatches(biology: Biology, seed: number, cellsIn: readonly number[]): Batches {
  const genes = biology.base.length;
  const axis = new Uint8Array(genes);
  for (const gene of biology.axis) axis[gene] = 1;
  const donorShifts = donors.map((_, donor) => {
    const random = new Xoshiro128(seed, streams.donor, donor);
    return Float64Array.from(axis, (onAxis) => (onAxis ? DONOR_AXIS_SPREAD : DONOR_SPREAD) * random.normal());
  });
  const baselines = libraries.map((library, index) => {
    const random = new Xoshiro128(seed, streams.library, index);
    const donor = donorShifts[donors.indexOf(library.donor)];
    return biology.base.map((level, gene) => level + donor[gene] + LIBRARY_SPREAD * random.normal());
  });
  return { baselines, depthScores: drawDepthScores(seed, cellsIn) };
}

/**
 * Draws scores with mean 0 and variance `LIBRARY_DEPTH_SHARE` over cells, so that each type keeps its overall depth
 * distribution.
 */
function drawDepthScores(seed: number, cellsIn: readonly number[]): Float64Array {
  const random = new Xoshiro128(seed, streams.library, libraries.length);
  const scores = Float64Array.from(cellsIn, () => random.normal());
  const cells = cellsIn.reduce((sum, n) => sum + n, 0);
  const mean = scores.reduce((sum, score, i) => sum + score * cellsIn[i], 0) / cells;
  const variance = scores.reduce((sum, score, i) => sum + (score - mean) ** 2 * cellsIn[i], 0) / cells;
  const scale = variance > 0 ? Math.sqrt(LIBRARY_DEPTH_SHARE / variance) : 0;
  return scores.map((score) => (score - mean) * scale);
}
