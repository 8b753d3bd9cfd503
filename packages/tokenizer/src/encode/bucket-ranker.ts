import { TARGET_SUM } from '../counts/cell-totals.js';
import { BUCKETS, createRankKernel, type RankedGenes, type RankKernel, STEP_SHIFT, STEPS } from './rank-kernel.js';
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

const STEPS_PER_OCTAVE = 1 << (23 - STEP_SHIFT);
/** Number of products to learn the bounds from. */
const SAMPLE_SIZE = 1 << 17;

/** The initial bounds: the same number of buckets for each octave from 2^-16 to 2^16. */
const evenBuckets = Uint16Array.from({ length: STEPS }, (_, step) => {
  const octaves = Math.min(31.999, Math.max(0, step / STEPS_PER_OCTAVE - (127 - 16)));
  return BUCKETS - 1 - Math.floor((octaves / 32) * BUCKETS);
});

/** Ranks the genes of cells, one cell at a time. */
export class BucketRanker {
  private readonly sorter = new RankSorter();
  /** Bits of the products so far, until there are enough to learn from. */
  private samples: Int32Array | undefined = new Int32Array(SAMPLE_SIZE);
  private sampled = 0;
  private capacity = 1024;
  private kernel: RankKernel;
  private values = new Float64Array(0);

  constructor(private readonly genes: RankedGenes) {
    this.kernel = createRankKernel(genes, this.capacity);
    this.kernel.bucketOfStep.set(evenBuckets);
  }

  /** Tokens of the genes of a cell, to fill before `rank`; after `reserve` they are long enough. */
  get tokens(): Int32Array {
    return this.kernel.tokens;
  }

  /** Positions of the genes in order of rank, after `rank`. */
  get order(): Int32Array {
    return this.kernel.order;
  }

  /** Counts of these genes, positive. */
  get counts(): Float64Array {
    return this.kernel.counts;
  }

  /** Makes the arrays long enough for a row of n entries. */
  reserve(n: number): void {
    if (n <= this.capacity) return;
    this.capacity = 2 * n;
    const { bucketOfStep } = this.kernel;
    this.kernel = createRankKernel(this.genes, this.capacity);
    this.kernel.bucketOfStep.set(bucketOfStep);
  }

  /**
   * Fills `tokens` and `counts` from the entries of a row, without columns that have no token and without zeros, and returns their
   * number; -1 for columns that do not ascend.
   */
  gather(indices: Int32Array, data: Float32Array, start: number, end: number): number {
    const n = end - start;
    this.reserve(n);
    this.kernel.indices.set(indices.subarray(start, end));
    this.kernel.data.set(data.subarray(start, end));
    return this.kernel.gather(n);
  }

  /**
   * Returns the tokens of the first `min(n, limit)` genes in order of rank, until the next call.
   *
   * @param total positive
   */
  rank(n: number, total: number, limit: number): Int32Array {
    const { kernel } = this;
    const last = kernel.distribute(n, limit);
    if (this.samples) this.learn(this.samples, n);
    const taken = Math.min(n, limit);
    if (last < 0) kernel.order.set(this.rankTies(n, total, limit).subarray(0, taken));
    else kernel.arrange(last, total);
    kernel.collect(taken);
    return kernel.ranked.subarray(0, taken);
  }

  private rankTies(n: number, total: number, limit: number): Int32Array {
    const { counts, tokens } = this.kernel;
    const { median } = this.genes;
    if (n > this.values.length) this.values = new Float64Array(2 * n);
    for (let i = 0; i < n; i++) this.values[i] = ((counts[i] / total) * TARGET_SUM) / median[tokens[i]];
    return this.sorter.sort(this.values, tokens, n, limit);
  }

  /** Adds the products of a cell to the samples. Once there are enough, sets bounds that give each bucket the same number. */
  private learn(samples: Int32Array, n: number): void {
    const taken = Math.min(n, SAMPLE_SIZE - this.sampled);
    samples.set(this.kernel.bits.subarray(0, taken), this.sampled);
    this.sampled += taken;
    if (this.sampled < SAMPLE_SIZE) return;
    samples.sort();
    const table = this.kernel.bucketOfStep;
    for (let step = STEPS - 1, above = SAMPLE_SIZE; step >= 0; step--) {
      // The samples from `above` on are larger than anything in this step.
      while (above > 0 && samples[above - 1] >>> STEP_SHIFT > step) above--;
      table[step] = Math.min(BUCKETS - 1, Math.floor(((SAMPLE_SIZE - above) / SAMPLE_SIZE) * BUCKETS));
    }
    this.samples = undefined;
  }
}
