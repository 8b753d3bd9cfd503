/**
 * Medians of many genes' positive values in one pass and bounded memory.
 *
 * A gene's first 512 values are kept as they are, so its median is exact. Beyond that all its values move to a histogram
 * with 256 bins an octave, in pages that exist only for octaves that occur; the median is then interpolated in its bin
 * and off by at most the bin's width, 1/256 of the value. Both depend only on which values were added, not on their order
 * or on how they were spread over sketches that were merged: the same corpus gives the same medians however it is cut.
 */

const EXACT_LIMIT = 512;
const FIRST_ROOM = 8;
const BINS = 256;
/** float32 bits to bin number: exponent and the upper 8 bits of the mantissa. */
const BIN_SHIFT = 15;
const MANTISSA_BITS = 23;
/** Octaves 2^-32 … 2^31; what lies outside counts as the nearest bin. */
const OCTAVES = 64;
const FIRST_EXPONENT = 127 - 32;
const LOWEST = FIRST_EXPONENT << MANTISSA_BITS;
const HIGHEST = ((FIRST_EXPONENT + OCTAVES) << MANTISSA_BITS) - 1;

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

export class MedianSketch {
  private readonly sizes: Float64Array;
  private readonly lists: (Float64Array | undefined)[];
  /** Page of each gene and octave, −1 for none. */
  private readonly directory: Int32Array;
  private readonly pages: Uint32Array[] = [];

  constructor(readonly genes: number) {
    this.sizes = new Float64Array(genes);
    this.lists = new Array<Float64Array | undefined>(genes).fill(undefined);
    this.directory = new Int32Array(genes * OCTAVES).fill(-1);
  }

  /** Number of values of a gene. */
  count(gene: number): number {
    return this.sizes[gene]!;
  }

  /** @param value positive */
  add(gene: number, value: number): void {
    const size = this.sizes[gene]!++;
    if (size >= EXACT_LIMIT) {
      if (size === EXACT_LIMIT) this.spill(gene);
      this.bin(gene, value);
      return;
    }
    let list = this.lists[gene];
    if (list === undefined || size === list.length) {
      const grown = new Float64Array(list === undefined ? FIRST_ROOM : 2 * size);
      if (list !== undefined) grown.set(list);
      this.lists[gene] = list = grown;
    }
    list[size] = value;
  }

  private bin(gene: number, value: number): void {
    float[0] = value;
    const b = Math.min(HIGHEST, Math.max(LOWEST, bits[0]!));
    this.page(gene, (b >>> MANTISSA_BITS) - FIRST_EXPONENT)[(b >>> BIN_SHIFT) & (BINS - 1)]!++;
  }

  private page(gene: number, octave: number): Uint32Array {
    const slot = gene * OCTAVES + octave;
    const known = this.directory[slot]!;
    if (known >= 0) return this.pages[known]!;
    const page = new Uint32Array(BINS);
    this.directory[slot] = this.pages.length;
    this.pages.push(page);
    return page;
  }

  /** Moves a gene's list, if it still has one, into its histogram. */
  private spill(gene: number): void {
    const list = this.lists[gene];
    if (list === undefined) return;
    const size = Math.min(EXACT_LIMIT, this.sizes[gene]!, list.length);
    for (let i = 0; i < size; i++) this.bin(gene, list[i]!);
    this.lists[gene] = undefined;
  }

  /** Adds everything another sketch of the same genes has seen; the other is left as it was. */
  merge(other: MedianSketch): void {
    if (other.genes !== this.genes)
      throw new RangeError(`a sketch of ${other.genes} genes cannot join one of ${this.genes}`);
    for (let gene = 0; gene < this.genes; gene++) {
      const list = other.lists[gene];
      const size = other.sizes[gene]!;
      if (list !== undefined) {
        for (let i = 0; i < size; i++) this.add(gene, list[i]!);
      } else if (size > 0) {
        this.spill(gene);
        this.sizes[gene]! += size;
        this.addPages(gene, other);
      }
    }
  }

  private addPages(gene: number, other: MedianSketch): void {
    for (let octave = 0; octave < OCTAVES; octave++) {
      const from = other.directory[gene * OCTAVES + octave]!;
      if (from < 0) continue;
      const theirs = other.pages[from]!;
      const ours = this.page(gene, octave);
      for (let b = 0; b < BINS; b++) ours[b]! += theirs[b]!;
    }
  }

  /** The median of a gene's values, the mean of the middle two when their number is even; NaN when it has none. */
  median(gene: number): number {
    const size = this.sizes[gene]!;
    if (size === 0) return NaN;
    const lower = Math.floor((size - 1) / 2);
    const upper = Math.floor(size / 2);
    const list = this.lists[gene];
    if (list !== undefined) {
      const sorted = list.slice(0, size).sort();
      return (sorted[lower]! + sorted[upper]!) / 2;
    }
    const value = this.valueAt(gene, lower);
    return upper === lower ? value : (value + this.valueAt(gene, upper)) / 2;
  }

  /** The value of rank `rank` (from 0) in the histogram, as if a bin's values were spread evenly over it. */
  private valueAt(gene: number, rank: number): number {
    let before = 0;
    for (let octave = 0; octave < OCTAVES; octave++) {
      const known = this.directory[gene * OCTAVES + octave]!;
      if (known < 0) continue;
      const page = this.pages[known]!;
      for (let b = 0; b < BINS; b++) {
        const count = page[b]!;
        if (rank < before + count) {
          const width = 2 ** (octave - 32) / BINS;
          return 2 ** (octave - 32) + width * (b + (rank - before + 0.5) / count);
        }
        before += count;
      }
    }
    return NaN;
  }
}
