/** What a cell would have been counted as with fewer molecules caught, or with some that come from other cells. */

/** Counts of one cell: columns ascending, each with a whole number above 0. */
export interface CellCounts {
  columns: Int32Array;
  counts: Float32Array;
}

/** Every molecule is kept with probability 1 / factor (binomial thinning), as if sequenced to that part of the depth. */
export function thin({ columns, counts }: CellCounts, factor: number, random: () => number): CellCounts {
  const kept = counts.map((count) => {
    let caught = 0;
    for (let molecule = 0; molecule < count; molecule++) if (random() * factor < 1) caught++;
    return caught;
  });
  return withoutZeros(columns, kept);
}

/** Cumulated counts by gene, for drawing genes in proportion to them. */
export function cumulate(profile: ArrayLike<number>): Float64Array {
  let sum = 0;
  return Float64Array.from(profile, (count) => (sum += count));
}

/**
 * Ambient RNA: a share of the molecules, whichever, is lost and as many are drawn from a profile, so that the depth stays.
 * @param share 0 to 1; of a cell's molecules, rounded to a whole number of them
 * @param profile counts by column, cumulated
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

/** The first place whose cumulated count is above a value. */
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
