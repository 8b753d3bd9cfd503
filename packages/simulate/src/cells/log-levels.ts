import type { Biology } from '../biology/biology.js';
import type { Activity } from './activity.js';

/**
 * Writes the natural logarithm of the level of every gene of a cell into `out`, up to a constant: the library's
 * baseline plus the effects of places, programs, regulators and antigens. Hot path, called once per cell, hence sparse
 * sums on typed arrays.
 */
export function writeLogLevels(
  biology: Biology,
  baseline: Float64Array,
  weights: Float64Array,
  activity: Activity,
  out: Float64Array,
): void {
  const { profiles, programs, regulators } = biology;
  out.set(baseline);
  for (let place = 0; place < profiles.length; place++) {
    if (weights[place]) addScaled(out, profiles[place].genes, profiles[place].by, weights[place]);
  }
  for (let p = 0; p < programs.length; p++) {
    if (activity.scores[p]) addScaled(out, programs[p].genes, programs[p].by, activity.scores[p]);
  }
  for (let r = 0; r < regulators.length; r++) {
    const regulator = regulators[r];
    out[regulator.gene] += activity.message[r];
    addScaled(out, regulator.targets, regulator.weights, activity.response[r]);
  }
  const { antigens, antigenShifts } = activity;
  for (let k = 0; k < antigens.length; k++) out[antigens[k]] += antigenShifts[k];
}

function addScaled(out: Float64Array, genes: Int32Array, by: Float64Array, scale: number): void {
  for (let k = 0; k < genes.length; k++) out[genes[k]] += scale * by[k];
}
