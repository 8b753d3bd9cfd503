/**
 * Medians of the positive values of many genes, in one pass and bounded memory.
 *
 * The first 512 values of a gene are kept, so its median is exact. With more values, all of them move to a histogram with
 * 256 bins per octave, in pages that are allocated per octave. The median is then interpolated within its bin; the error is at
 * most the width of the bin, 1/256 of the value. Medians depend only on the values, not on their order or on how they were
 * split among merged sketches: a corpus gives the same medians however it is divided.
 */

const EXACT_LIMIT = 512;
const FIRST_CAPACITY = 8;
const BINS = 256;
/** Shift from the bits of a float32 to its bin: the exponent and the upper 8 bits of the mantissa. */
const BIN_SHIFT = 15;
const MANTISSA_BITS = 23;
/** Octaves 2^-32 … 2^31; values outside count in the nearest bin. */
const OCTAVES = 64;
const FIRST_EXPONENT = 127 - 32;
const LOWEST = FIRST_EXPONENT << MANTISSA_BITS;
const HIGHEST = ((FIRST_EXPONENT + OCTAVES) << MANTISSA_BITS) - 1;

/** Pages per slab. Slabs keep a sketch in a few arrays instead of tens of thousands. */
const SLAB_PAGES = 256;

/** The content of a sketch in a few arrays, to send between threads. */
export interface SketchParts {
  sizes: Float64Array;
  /** The values of genes that still have a list, concatenated by gene. */
  listed: Float64Array;
  directory: Int32Array;
  slabs: Uint32Array[];
  pages: number;
}

const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

/**
 * Streaming medians of many genes: exact up to 512 values, then within 1/256.
 *
 * ```ts
 * const sketch = new MedianSketch(2); // two genes
 * for (const value of [3, 1, 4]) sketch.add(0, value);
 * sketch.median(0); // 3
 * sketch.median(1); // NaN: no values
 * ```
 */
export class MedianSketch {
  private readonly sizes: Float64Array;
  private readonly lists: (Float64Array | undefined)[];
  /** Page of each gene and octave, −1 if there is none. */
  private readonly directory: Int32Array;
  private readonly slabs: Uint32Array[];
  private pages = 0;

  constructor(readonly genes: number) {
    this.sizes = new Float64Array(genes);
    this.lists = new Array<Float64Array | undefined>(genes).fill(undefined);
    this.directory = new Int32Array(genes * OCTAVES).fill(-1);
    this.slabs = [];
  }

  /** Returns the sketch that `parts` was called on. */
  static from({ sizes, listed, directory, slabs, pages }: SketchParts): MedianSketch {
    const sketch = new MedianSketch(sizes.length);
    sketch.sizes.set(sizes);
    sketch.directory.set(directory);
    for (const slab of slabs) sketch.slabs.push(slab);
    sketch.pages = pages;
    let at = 0;
    sizes.forEach((size, gene) => {
      if (size > 0 && size <= EXACT_LIMIT) sketch.lists[gene] = listed.slice(at, (at += size));
    });
    return sketch;
  }

  /** Returns the content of the sketch. It shares memory with the sketch, which must not be used afterwards. */
  parts(): SketchParts {
    const { sizes, lists, directory, slabs, pages } = this;
    const listed = new Float64Array(lists.reduce((sum, list, gene) => sum + (list === undefined ? 0 : sizes[gene]), 0));
    let at = 0;
    lists.forEach((list, gene) => {
      if (list === undefined) return;
      listed.set(list.subarray(0, sizes[gene]), at);
      at += sizes[gene];
    });
    return { sizes, listed, directory, slabs, pages };
  }

  /** Returns the number of values of a gene. */
  count(gene: number): number {
    return this.sizes[gene];
  }

  /**
   * Adds a value of a gene.
   *
   * @param value positive
   */
  add(gene: number, value: number): void {
    const size = this.sizes[gene]++;
    if (size >= EXACT_LIMIT) {
      if (size === EXACT_LIMIT) this.spill(gene);
      this.bin(gene, value);
      return;
    }
    let list = this.lists[gene];
    if (list === undefined || size === list.length) {
      const grown = new Float64Array(list === undefined ? FIRST_CAPACITY : 2 * size);
      if (list !== undefined) grown.set(list);
      this.lists[gene] = list = grown;
    }
    list[size] = value;
  }

  private bin(gene: number, value: number): void {
    float[0] = value;
    const b = Math.min(HIGHEST, Math.max(LOWEST, bits[0]));
    const page = this.pageOf(gene, (b >>> MANTISSA_BITS) - FIRST_EXPONENT);
    this.slabs[Math.floor(page / SLAB_PAGES)][(page % SLAB_PAGES) * BINS + ((b >>> BIN_SHIFT) & (BINS - 1))]++;
  }

  /** Returns the number of the page of a gene and an octave, and allocates the page if needed. */
  private pageOf(gene: number, octave: number): number {
    const slot = gene * OCTAVES + octave;
    let known = this.directory[slot];
    if (known < 0) {
      known = this.pages++;
      if (known % SLAB_PAGES === 0) this.slabs.push(new Uint32Array(SLAB_PAGES * BINS));
      this.directory[slot] = known;
    }
    return known;
  }

  private pageAt(known: number): Uint32Array {
    const start = (known % SLAB_PAGES) * BINS;
    return this.slabs[Math.floor(known / SLAB_PAGES)].subarray(start, start + BINS);
  }

  /** Moves the list of a gene, if it still has one, into its histogram. */
  private spill(gene: number): void {
    const list = this.lists[gene];
    if (list === undefined) return;
    const size = Math.min(EXACT_LIMIT, this.sizes[gene], list.length);
    for (let i = 0; i < size; i++) this.bin(gene, list[i]);
    this.lists[gene] = undefined;
  }

  /**
   * Adds all values of another sketch of the same genes, which does not change.
   *
   * @throws RangeError if the number of genes differs
   */
  merge(other: MedianSketch): void {
    if (other.genes !== this.genes)
      throw new RangeError(
        `cannot merge a sketch of ${other.genes} genes into one of ${this.genes}; build both over the same genes`,
      );
    for (let gene = 0; gene < this.genes; gene++) {
      const list = other.lists[gene];
      const size = other.sizes[gene];
      if (list !== undefined) {
        for (let i = 0; i < size; i++) this.add(gene, list[i]);
      } else if (size > 0) {
        this.spill(gene);
        this.sizes[gene] += size;
        this.addPages(gene, other);
      }
    }
  }

  private addPages(gene: number, other: MedianSketch): void {
    for (let octave = 0; octave < OCTAVES; octave++) {
      const from = other.directory[gene * OCTAVES + octave];
      if (from < 0) continue;
      const theirs = other.pageAt(from);
      const ours = this.pageAt(this.pageOf(gene, octave));
      for (let b = 0; b < BINS; b++) ours[b] += theirs[b];
    }
  }

  /** Returns the median of a gene's values: the mean of the middle two if their number is even, NaN if there are none. */
  median(gene: number): number {
    const size = this.sizes[gene];
    if (size === 0) return NaN;
    const lower = Math.floor((size - 1) / 2);
    const upper = Math.floor(size / 2);
    const list = this.lists[gene];
    if (list !== undefined) {
      const sorted = list.slice(0, size).sort();
      return (sorted[lower] + sorted[upper]) / 2;
    }
    const value = this.valueAt(gene, lower);
    return upper === lower ? value : (value + this.valueAt(gene, upper)) / 2;
  }

  /** Returns the value of rank `rank` (from 0) in the histogram, assuming that the values of a bin are evenly spread. */
  private valueAt(gene: number, rank: number): number {
    let before = 0;
    for (let octave = 0; octave < OCTAVES; octave++) {
      const known = this.directory[gene * OCTAVES + octave];
      if (known < 0) continue;
      const page = this.pageAt(known);
      for (let b = 0; b < BINS; b++) {
        const count = page[b];
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
