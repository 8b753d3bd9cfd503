import { TARGET_SUM } from '../counts/cell-totals.js';
import { RankSorter } from './rank-sorter.js';

/**
 * Ranks the genes of one cell by count / total × 10,000 / median in float64, largest first, ties by the smaller token.
 *
 * This is the order of count × (1 / median), except for values that differ only in their last bits. So the products, rounded to
 * single precision, are distributed to buckets, and genes that are out of order within a bucket or next to it are moved. Products
 * that differ by at most one bit are compared by their exact values. The bounds of the buckets are learned from the first cells,
 * so that buckets get about the same number of genes and few genes must be moved. Cells with many ties, which no bounds can
 * spread, are sorted by `RankSorter`.
 *
 * The learned bounds affect the time, not the order.
 */

/** Number of buckets; most cells have fewer genes. */
const BUCKETS = 4096;
/** Shift from the bits of a float32 to its step, which selects the bucket: the exponent and 11 bits of the mantissa. */
const STEP_SHIFT = 12;
const STEPS_PER_OCTAVE = 1 << (23 - STEP_SHIFT);
const STEPS = 1 << (31 - STEP_SHIFT);
/** Number of products to learn the bounds from. */
const SAMPLE_SIZE = 1 << 17;
/** A cell with more genes than this in one bucket is sorted by `RankSorter`. */
const MAX_PER_BUCKET = 40;

/** The initial bounds: the same number of buckets for each octave from 2^-16 to 2^16. */
const evenBuckets = Uint16Array.from({ length: STEPS }, (_, step) => {
  const octaves = Math.min(31.999, Math.max(0, step / STEPS_PER_OCTAVE - (127 - 16)));
  return BUCKETS - 1 - Math.floor((octaves / 32) * BUCKETS);
});

/** Ranks the genes of cells, one cell at a time. */
export class BucketRanker {
  private readonly inverse: Float64Array;
  private bucketOfStep = evenBuckets;
  private readonly ends = new Int32Array(BUCKETS + 1);
  private readonly sorter = new RankSorter();
  /** Bits of the products so far, until there are enough to learn from. */
  private samples: Int32Array | undefined = new Int32Array(SAMPLE_SIZE);
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
   * Returns the positions 0 … n−1 in order of rank. Only the first `min(n, limit)` are meaningful, and only until the next call.
   *
   * @param counts positive
   * @param total positive
   */
  rank(counts: Float64Array, tokens: Int32Array, n: number, total: number, limit: number): Int32Array {
    this.reserve(n);
    const last = this.distribute(counts, tokens, n, limit);
    if (last < 0) return this.rankTies(counts, tokens, n, total, limit);
    this.moveMisplaced(counts, tokens, last, total);
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
   * Fills `order` and `sorted`, bucket by bucket. Returns how many of the genes can be among the first `limit`, or −1 without
   * filling anything if a bucket has too many genes.
   */
  private distribute(counts: Float64Array, tokens: Int32Array, n: number, limit: number): number {
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
    if (most > MAX_PER_BUCKET) return -1;
    for (let i = 0; i < n; i++) {
      const to = ends[buckets[i]]++;
      order[to] = i;
      sorted[to] = bits[i]!;
    }
    if (n > limit) {
      // Nearly equal values are in the same bucket or in consecutive filled buckets, which need not be adjacent.
      const filled = ends[bucketOfStep[sorted[limit - 1] >>> STEP_SHIFT]];
      if (filled < n) last = ends[bucketOfStep[sorted[filled] >>> STEP_SHIFT]]!;
    }
    return last;
  }

  /** Insertion sort that moves only genes out of order: those behind a smaller product. */
  private moveMisplaced(counts: Float64Array, tokens: Int32Array, n: number, total: number): void {
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

  /** Adds the products of a cell to the samples. Once there are enough, sets bounds that give each bucket the same number. */
  private learn(samples: Int32Array, n: number): void {
    const taken = Math.min(n, SAMPLE_SIZE - this.sampled);
    samples.set(this.bits.subarray(0, taken), this.sampled);
    this.sampled += taken;
    if (this.sampled < SAMPLE_SIZE) return;
    samples.sort();
    const table = new Uint16Array(STEPS);
    for (let step = STEPS - 1, above = SAMPLE_SIZE; step >= 0; step--) {
      // The samples from `above` on are larger than anything in this step.
      while (above > 0 && samples[above - 1] >>> STEP_SHIFT > step) above--;
      table[step] = Math.min(BUCKETS - 1, Math.floor(((SAMPLE_SIZE - above) / SAMPLE_SIZE) * BUCKETS));
    }
    this.bucketOfStep = table;
    this.samples = undefined;
  }
}
