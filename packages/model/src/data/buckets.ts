export interface BucketOptions {
  maxBuckets?: number;
  multipleOf?: number;
  maxLength?: number;
  /** What a cell padded to a length costs; default: its tokens. */
  cost?: (length: number) => number;
  /** What another length costs, in the same unit; default 0. */
  perBucket?: number;
}

/**
 * The few lengths batches are padded to. Each (rows, length) pair is one compiled graph, so there are at most `maxBuckets`; among
 * all such choices (multiples of `multipleOf`) this one costs least, by dynamic programming over the histogram.
 *
 * @param lengths tokens of each cell, at least one
 * @returns ascending; the last is at least the longest cell, and at most `maxLength`
 */
export function bucketLengths(
  lengths: Int32Array,
  {
    maxBuckets = 4,
    multipleOf = 16,
    maxLength = Infinity,
    cost = (length) => length,
    perBucket = 0,
  }: BucketOptions = {},
): number[] {
  const longest = lengths.reduce((a, b) => Math.max(a, b), 1);
  const steps = Math.ceil(longest / multipleOf);
  // cellsUpTo[s]: cells no longer than s × multipleOf.
  const cellsUpTo = new Float64Array(steps + 1);
  for (const length of lengths) cellsUpTo[Math.ceil(length / multipleOf)] += 1;
  for (let s = 1; s <= steps; s++) cellsUpTo[s] += cellsUpTo[s - 1];

  const price = Float64Array.from({ length: steps + 1 }, (_, s) => cost(Math.min(s * multipleOf, maxLength)));
  // least[b][s]: what all cells up to s cost with b buckets, the last of them s; from[b][s]: the bucket below.
  const least = [Float64Array.from({ length: steps + 1 }, (_, s) => (s === 0 ? 0 : Infinity))];
  const from: Int32Array[] = [new Int32Array(steps + 1)];
  for (let b = 1; b <= maxBuckets; b++) {
    const best = new Float64Array(steps + 1).fill(Infinity);
    const below = new Int32Array(steps + 1);
    for (let s = 1; s <= steps; s++) {
      for (let t = 0; t < s; t++) {
        const total = least[b - 1][t] + price[s] * (cellsUpTo[s] - cellsUpTo[t]);
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
