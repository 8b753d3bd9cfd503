import type { Biology } from '../biology/biology.js';
import { hill, SILENT } from '../biology/response.js';
import { cellTypes } from '../design/cell-types.js';
import { libraries } from '../design/libraries.js';
import { lineageModules, place, placeCount } from '../design/places.js';
import { AliasTable } from '../random/alias.js';
import { emptyActivity } from './activity.js';
import { writeLogLevels } from './log-levels.js';
import type { Plan } from './plan.js';

/**
 * Returns the ambient RNA of each library: the pooled transcripts of typical cells, weighted by their number and depth.
 * Null for a library without cells.
 */
export function ambientProfiles(
  biology: Biology,
  plan: Plan,
  baselines: readonly Float64Array[],
): (AliasTable | null)[] {
  const genes = biology.base.length;
  const levels = new Float64Array(genes);
  const typical = cellTypes.map((type) => typicalWeights(type.name, type.isTec));
  return libraries.map((_, library) => {
    const pooled = new Float64Array(genes);
    let any = false;
    cellTypes.forEach((type, t) => {
      const cells = plan.counts[library * cellTypes.length + t];
      if (!cells) return;
      any = true;
      writeLogLevels(biology, baselines[library], typical[t], typicalActivity(biology, typical[t]), levels);
      let total = 0;
      for (let gene = 0; gene < genes; gene++) total += levels[gene] = Math.exp(levels[gene]);
      const scale = (cells * type.depth[2]) / total;
      for (let gene = 0; gene < genes; gene++) pooled[gene] += scale * levels[gene];
    });
    return any ? new AliasTable(pooled) : null;
  });
}

function typicalWeights(name: string, isTec: boolean): Float64Array {
  const weights = new Float64Array(placeCount);
  if (!isTec) {
    weights[place(name)] = 1;
    return weights;
  }
  const position = name === 'cTEC' ? 0.13 : name === 'mcTEC' || name === 'cycling TEC' ? 0.5 : 0.87;
  weights[place('TEC')] = 1;
  weights[place('c')] = 1 - position;
  weights[place('m')] = position;
  weights.fill(1 - position, place('c 1'), place('c 1') + lineageModules);
  weights.fill(position, place('m 1'), place('m 1') + lineageModules);
  if (name === 'mcTEC' || name === 'mTEC 2' || name === 'mTEC 3/4') weights[place(name)] = 0.8;
  if (name === 'TEC myo/neuro') weights[place('TEC myo')] = weights[place('TEC neuro')] = 0.45;
  return weights;
}

/** Returns an activity with regulators at their normal dose where they are active, and all programs at 0. */
function typicalActivity(biology: Biology, weights: Float64Array) {
  const activity = emptyActivity(biology);
  biology.regulators.forEach((regulator, r) => {
    const weight = Math.min(
      1,
      regulator.places.reduce((sum, at) => sum + weights[at], 0),
    );
    activity.message[r] = weight * regulator.level;
    activity.response[r] = hill((1 - weight) * SILENT, regulator.n, regulator.logHalf);
  });
  return activity;
}
