import { ArgumentError } from '@geneformer-ts/core';
import { indexGroups } from './groups.js';

/** Sampling units of a bootstrap: rows or clusters of rows, by stratum. */
export interface SamplingUnits {
  count: number;
  /** Unit of each row; undefined when every row is a unit. */
  unitOf?: Int32Array;
  /** Units of each stratum. The number of draws equals the number of units. */
  strata: Int32Array[];
}

export function samplingUnits(rows: number, clusters?: Int32Array, strata?: Int32Array): SamplingUnits {
  if (!clusters) return { count: rows, strata: membersOf(rows, strata) };
  const { count, groupOf } = indexGroups(clusters);
  if (!strata) return { count, unitOf: groupOf, strata: membersOf(count) };

  const stratumOfCluster = new Int32Array(count);
  const seen = new Uint8Array(count);
  for (let row = 0; row < rows; row++) {
    const cluster = groupOf[row];
    if (seen[cluster] && stratumOfCluster[cluster] !== strata[row]) {
      throw new ArgumentError(
        'strata',
        `cluster ${clusters[row]} is in strata ${stratumOfCluster[cluster]} and ${strata[row]}`,
        'give strata of whole clusters, or omit strata',
      );
    }
    seen[cluster] = 1;
    stratumOfCluster[cluster] = strata[row]!;
  }
  return { count, unitOf: groupOf, strata: membersOf(count, stratumOfCluster) };
}

function membersOf(count: number, strata: Int32Array = new Int32Array(count)): Int32Array[] {
  const { groupOf, sizes } = indexGroups(strata);
  const members = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Int32Array(sizes.length);
  for (let unit = 0; unit < count; unit++) {
    const stratum = groupOf[unit];
    members[stratum][filled[stratum]++] = unit;
  }
  return members;
}
