/** Simulates the counts of a cell at lower sequencing depth, or with ambient RNA of other cells. */
import { createHash } from 'node:crypto';
import type { Random } from '@geneformer-ts/core';

/** Counts of one cell: columns in ascending order, each with an integer above 0. */
export interface CellCounts {
  columns: Int32Array;
  counts: Float32Array;
}

/** Keeps every molecule with probability 1 / factor (binomial thinning), as if sequenced at that fraction of the depth. */
export function thin({ columns, counts }: CellCounts, factor: number, random: () => number): CellCounts {
  const kept = counts.map((count) => {
    let caught = 0;
    for (let molecule = 0; molecule < count; molecule++) if (random() * factor < 1) caught++;
    return caught;
  });
  return withoutZeros(columns, kept);
}

/** Returns cumulative counts per gene, for drawing genes in proportion to their counts. */
export function cumulate(profile: ArrayLike<number>): Float64Array {
  let sum = 0;
  return Float64Array.from(profile, (count) => (sum += count));
}

/**
 * Adds ambient RNA: replaces a random share of the molecules by draws from a profile, so that the depth stays the same.
 * @param share the share of the cell's molecules to replace, 0 to 1, rounded to whole molecules
 * @param profile cumulative counts per column
 */
export function addAmbient(cell: CellCounts, share: number, profile: Float64Array, random: () => number): CellCounts {
  const { columns, counts } = cell;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const replaced = Math.round(share * total);
  const after = new Map<number, number>();
  // Selection sampling (Knuth, algorithm S): all subsets of that many molecules are equally likely.
  let left = total;
  let toLose = replaced;
  columns.forEach((column, at) => {
    let kept = counts[at];
    for (let molecule = counts[at]; molecule > 0; molecule--) {
      if (random() * left-- < toLose) {
        toLose--;
        kept--;
      }
    }
    after.set(column, kept);
  });
  for (let molecule = 0; molecule < replaced; molecule++) {
    const column = firstAbove(profile, random() * profile[profile.length - 1]);
    after.set(column, (after.get(column) ?? 0) + 1);
  }
  const sorted = Int32Array.from(after.keys()).sort();
  return withoutZeros(
    sorted,
    Float32Array.from(sorted, (column) => after.get(column)!),
  );
}

/** Returns the first index whose cumulative count is above a value. */
function firstAbove(cumulated: Float64Array, value: number): number {
  let low = 0;
  let high = cumulated.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulated[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function withoutZeros(columns: Int32Array, counts: Float32Array): CellCounts {
  return { columns: columns.filter((_, at) => counts[at] > 0), counts: counts.filter((count) => count > 0) };
}

/**
 * Returns a random number generator for one cell and one purpose. It depends only on the names, so that neither the order of the cells nor the
 * presence of other cells changes a result. The method is sfc32 (Doty-Humphrey, as in PractRand), seeded with the sha256 of the names.
 *
 * @returns a function that returns uniform numbers in [0, 1), 32 bits
 */
export function cellRandom(...names: readonly (string | number)[]): Random {
  const digest = createHash('sha256').update(names.join('\n')).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) * 2 ** -32;
  };
}
