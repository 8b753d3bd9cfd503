import { TARGET_SUM } from '../counts/cell-totals.js';
import { RankSorter } from './rank-sorter.js';

/**
 * The order of one cell's genes: by count / total × 10,000 / median in float64, largest first, equal values by the smaller token.
 *
 * The order is that of count × (1 / median), but for values that are equal to the last bits; so the products, rounded to single
 * precision, are dealt into buckets that ascend with their bits, and what is out of place among neighbours is moved. Where two
 * products are a bit apart or less, the values themselves are compared. The limits of the buckets are learned from the first cells, so
 * that all get about the same number of genes and hardly anything has to be moved. Cells full of ties, which no limits could
 * spread, are left to `RankSorter`.
 *
 * The order does not depend on what was learned, only the time it takes does.
 */

/** Buckets: more than most cells have genes. */
const BUCKETS = 4096;
/** The upper bits of a float32 that tell buckets apart: the exponent and 11 bits of the mantissa. */
const STEP_SHIFT = 12;
const STEPS_AN_OCTAVE = 1 << (23 - STEP_SHIFT);
const STEPS = 1 << (31 - STEP_SHIFT);
/** Products to learn the limits from. */
const ENOUGH = 1 << 17;
/** A bucket with more than this many is sorted otherwise. */
const CROWD = 40;

/** Before anything is known: the same share of the buckets for each octave from 2^-16 to 2^16. */
const evenBuckets = Uint16Array.from({ length: STEPS }, (_, step) => {
  const octaves = Math.min(31.999, Math.max(0, step / STEPS_AN_OCTAVE - (127 - 16)));
  return BUCKETS - 1 - Math.floor((octaves / 32) * BUCKETS);
});

export class BucketRanker {
  private readonly inverse: Float64Array;
  private bucketOfStep = evenBuckets;
  private readonly ends = new Int32Array(BUCKETS + 1);
  private readonly sorter = new RankSorter();
  /** Bits of products seen, until there are enough to learn from. */
  private samples: Int32Array | undefined = new Int32Array(ENOUGH);
  private sampled = 0;

  private capacity = 0;
  private rounded = new Float32Array(0);
  private bits = new Int32Array(0);
  private buckets = new Uint16Array(0);
  private order = new Int32Array(0);
  private sorted = new Int32Array(0);
  private values = new Float64Array(0);

  /** @param median by token, positive for genes */
  constructor(private readonly median: Float64Array) {
    this.inverse = median.map((value) => 1 / value);
  }

  /**
   * Positions 0 … n−1 in order. Only the first `min(n, limit)` are meaningful, and only until the next call.
   *
   * @param counts positive @param total positive
   */
  rank(counts: Float64Array, tokens: Int32Array, n: number, total: number, limit: number): Int32Array {
    this.reserve(n);
    const last = this.deal(counts, tokens, n, limit);
    if (last < 0) return this.rankTies(counts, tokens, n, total, limit);
    this.settle(counts, tokens, last, total);
    if (this.samples) this.learn(this.samples, n);
    return this.order;
  }

  private reserve(n: number): void {
    if (n <= this.capacity) return;
    this.capacity = Math.max(1024, 2 * n);
    this.rounded = new Float32Array(this.capacity);
    this.bits = new Int32Array(this.rounded.buffer);
    this.buckets = new Uint16Array(this.capacity);
    this.order = new Int32Array(this.capacity);
    this.sorted = new Int32Array(this.capacity);
    this.values = new Float64Array(this.capacity);
  }

  /**
   * Fills `order` and `sorted` bucket after bucket. Returns how many of them can be among the first `limit`, −1 when a bucket is
   * crowded and nothing was filled.
   */
  private deal(counts: Float64Array, tokens: Int32Array, n: number, limit: number): number {
    const { inverse, bucketOfStep, ends, rounded, bits, buckets, order, sorted } = this;
    ends.fill(0);
    for (let i = 0; i < n; i++) {
      rounded[i] = counts[i] * inverse[tokens[i]];
      const bucket = bucketOfStep[bits[i] >>> STEP_SHIFT];
      buckets[i] = bucket;
      ends[bucket]++;
    }
    let begin = 0;
    let most = 0;
    let last = n;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const size = ends[bucket];
      if (size > most) most = size;
      ends[bucket] = begin;
      begin += size;
    }
    if (most > CROWD) return -1;
    for (let i = 0; i < n; i++) {
      const to = ends[buckets[i]]++;
      order[to] = i;
      sorted[to] = bits[i]!;
    }
    if (n > limit) {
      // Values that are nearly equal are in one bucket or in two with none filled between them, which need not touch.
      const filled = ends[bucketOfStep[sorted[limit - 1] >>> STEP_SHIFT]];
      if (filled < n) last = ends[bucketOfStep[sorted[filled] >>> STEP_SHIFT]]!;
    }
    return last;
  }

  /** Moves what stands before something larger. */
  private settle(counts: Float64Array, tokens: Int32Array, n: number, total: number): void {
    const { order, sorted } = this;
    for (let i = 1; i < n; i++) {
      const mine = sorted[i];
      if (sorted[i - 1] > mine + 1) continue;
      const position = order[i];
      let j = i - 1;
      for (; j >= 0; j--) {
        const ahead = sorted[j] - mine;
        if (ahead > 1 || (ahead >= -1 && this.isBefore(order[j], position, counts, tokens, total))) break;
        sorted[j + 1] = sorted[j]!;
        order[j + 1] = order[j]!;
      }
      sorted[j + 1] = mine;
      order[j + 1] = position;
    }
  }

  private isBefore(a: number, b: number, counts: Float64Array, tokens: Int32Array, total: number): boolean {
    const { median } = this;
    const valueA = ((counts[a] / total) * TARGET_SUM) / median[tokens[a]];
    const valueB = ((counts[b] / total) * TARGET_SUM) / median[tokens[b]];
    return valueA > valueB || (valueA === valueB && tokens[a] < tokens[b]);
  }

  private rankTies(counts: Float64Array, tokens: Int32Array, n: number, total: number, limit: number): Int32Array {
    const { values, median } = this;
    for (let i = 0; i < n; i++) values[i] = ((counts[i] / total) * TARGET_SUM) / median[tokens[i]];
    if (this.samples) this.learn(this.samples, n);
    return this.sorter.sort(values, tokens, n, limit);
  }

  /** Takes a cell's products as samples and, when they are enough, gives each bucket as many. */
  private learn(samples: Int32Array, n: number): void {
    const taken = Math.min(n, ENOUGH - this.sampled);
    samples.set(this.bits.subarray(0, taken), this.sampled);
    this.sampled += taken;
    if (this.sampled < ENOUGH) return;
    samples.sort();
    const table = new Uint16Array(STEPS);
    for (let step = STEPS - 1, above = ENOUGH; step >= 0; step--) {
      // The samples from `above` on are larger than anything in this step.
      while (above > 0 && samples[above - 1] >>> STEP_SHIFT > step) above--;
      table[step] = Math.min(BUCKETS - 1, Math.floor(((ENOUGH - above) / ENOUGH) * BUCKETS));
    }
    this.bucketOfStep = table;
    this.samples = undefined;
  }
}
