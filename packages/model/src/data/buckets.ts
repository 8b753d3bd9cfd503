/** Options of `bucketLengths`. */
export interface BucketOptions {
  /** Maximum number of lengths; default 4. */
  maxBuckets?: number;
  /** Factor of all lengths; default 16. */
  multipleOf?: number;
  /** Maximum length; default none. */
  maxLength?: number;
  /** Cost of each additional length, in tokens; default 0. */
  perBucket?: number;
}

/**
 * Returns the lengths to pad batches to. Each shape needs its own compiled graph, so there are at most `maxBuckets` lengths. Among
 * all sets of multiples of `multipleOf` it returns the cheapest, by dynamic programming over the histogram.
 *
 * @param lengths number of tokens per cell, at least 1
 * @returns ascending; the last is at least the longest cell, and at most `maxLength`
 */
export function bucketLengths(
  lengths: Int32Array,
  { maxBuckets = 4, multipleOf = 16, maxLength = Infinity, perBucket = 0 }: BucketOptions = {},
): number[] {
  const longest = lengths.reduce((a, b) => Math.max(a, b), 1);
  const steps = Math.ceil(longest / multipleOf);
  // cellsUpTo[s]: number of cells of at most s × multipleOf tokens.
  const cellsUpTo = new Float64Array(steps + 1);
  for (const length of lengths) cellsUpTo[Math.ceil(length / multipleOf)] += 1;
  for (let s = 1; s <= steps; s++) cellsUpTo[s] += cellsUpTo[s - 1];

  const costs = Float64Array.from({ length: steps + 1 }, (_, s) => Math.min(s * multipleOf, maxLength));
  // least[b][s]: least cost of all cells up to s with b buckets, the last of which is s; from[b][s]: the bucket below.
  const least = [Float64Array.from({ length: steps + 1 }, (_, s) => (s === 0 ? 0 : Infinity))];
  const from: Int32Array[] = [new Int32Array(steps + 1)];
  for (let b = 1; b <= maxBuckets; b++) {
    const best = new Float64Array(steps + 1).fill(Infinity);
    const below = new Int32Array(steps + 1);
    for (let s = 1; s <= steps; s++) {
      for (let t = 0; t < s; t++) {
        const total = least[b - 1][t] + costs[s] * (cellsUpTo[s] - cellsUpTo[t]);
        if (total < best[s]) {
          best[s] = total;
          below[s] = t;
        }
      }
    }
    least.push(best);
    from.push(below);
  }
  let buckets = 1;
  for (let b = 2; b <= maxBuckets; b++) {
    if (least[b][steps] + b * perBucket < least[buckets][steps] + buckets * perBucket) buckets = b;
  }
  const chosen: number[] = [];
  for (let b = buckets, s = steps; b > 0; s = from[b][s]!, b--) chosen.unshift(Math.min(s * multipleOf, maxLength));
  return chosen;
}
