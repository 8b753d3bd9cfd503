import type { Xoshiro128 } from '@geneformer-ts/core';
import { cellTypes, depthAt } from '../design/cell-types.js';
import { libraries } from '../design/libraries.js';
import { lineageModules, place, placeCount } from '../design/places.js';
import { beta } from '../random/gamma.js';

export type CyclePhase = 'G1' | 'S' | 'G2M';

/** Identity of a cell, independent of its genes. */
export interface Identity {
  type: number;
  library: number;
  /**
   * Fate on the axis from cortex (0) to medulla (1); NaN for cells that are not thymic epithelium. The label is cTEC
   * below 0.5, else mTEC.
   */
  fate: number;
  phase: CyclePhase;
  /** Score of the program of the phase; 0 in G1. */
  cycling: number;
  /** Expected counts. */
  depth: number;
  /** By place, 0 to 1. */
  weights: Float64Array;
}

/** Standard deviation of each module of a cell around its position on the axis, independent per module. */
const MODULE_NOISE = 0.12;
/** Share of the variance of depth scores that is between libraries. */
export const LIBRARY_DEPTH_SHARE = 0.12;
/** Share of dividing cells in non-epithelial types. */
const dividing: Record<string, number> = { 'thymocyte DN': 0.3, 'thymocyte DP': 0.12, 'erythroid cell': 0.15 };
/** Distance from the middle of the axis at which the intermediate state ends. */
const MIDDLE_REACH = 0.35;

const at = {
  tec: place('TEC'),
  c: place('c'),
  m: place('m'),
  cModules: place('c 1'),
  mModules: place('m 1'),
  middle: place('mcTEC'),
};

/** Draws the identity of a cell of a given type and library. `libraryDepth` is the library's standard normal score. */
export function drawIdentity(
  random: Xoshiro128,
  type: number,
  library: number,
  libraryDepth: number,
  lineageNoise: number,
): Identity {
  const { name, isTec, depth } = cellTypes[type];
  const weights = new Float64Array(placeCount);
  const score = libraryDepth + Math.sqrt(1 - LIBRARY_DEPTH_SHARE) * random.normal();
  const identity: Identity = {
    type,
    library,
    fate: NaN,
    phase: 'G1',
    cycling: 0,
    depth: depthAt(depth, score),
    weights,
  };
  if (isTec) {
    identity.fate = drawFate(random, name, library);
    spreadOverAxis(random, weights, identity.fate, lineageNoise);
    if (name === 'mTEC 2' || name === 'mTEC 3/4') weights[place(name)] = 0.6 + 0.4 * random.uniform();
    if (name === 'TEC myo/neuro')
      weights[place(random.uniform() < 0.6 ? 'TEC myo' : 'TEC neuro')] = 0.7 + 0.3 * random.uniform();
  } else {
    weights[place(name)] = 1;
  }
  if (name === 'cycling TEC' || random.uniform() < (dividing[name] ?? 0)) {
    identity.phase = random.uniform() < 0.5 ? 'S' : 'G2M';
    identity.cycling = 0.6 + 0.6 * random.uniform();
  }
  return identity;
}

function drawFate(random: Xoshiro128, name: string, library: number): number {
  if (name === 'mcTEC') return beta(random, 1.5, 1.5);
  const { cortical, medullary } = libraries[library];
  const isCortical =
    name === 'cTEC' || (name === 'cycling TEC' && random.uniform() < cortical / (cortical + medullary));
  const distance = 0.48 * beta(random, 1.5, 4);
  return isCortical ? distance : 1 - distance;
}

/** Writes the position of a cell on the axis: its fate plus noise of the whole cell and of each module. */
function spreadOverAxis(random: Xoshiro128, weights: Float64Array, fate: number, lineageNoise: number): void {
  const position = fate + lineageNoise * random.normal();
  weights[at.tec] = 1;
  for (let k = 0; k < lineageModules; k++) {
    const c = clamp(1 - position + MODULE_NOISE * random.normal());
    const m = clamp(position + MODULE_NOISE * random.normal());
    weights[at.cModules + k] = c;
    weights[at.mModules + k] = m;
    weights[at.c] += c / lineageModules;
    weights[at.m] += m / lineageModules;
  }
  weights[at.middle] = Math.max(0, 1 - Math.abs(position - 0.5) / MIDDLE_REACH);
}

function clamp(weight: number): number {
  return Math.max(0, Math.min(1, weight));
}
