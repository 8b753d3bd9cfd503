import type { NumericArray, SyncNumberReader } from '../numbers.js';
import type { HdfFile } from './file.js';

/** Number of elements per read, unless a chunk of the file is larger. */
const READ_AHEAD = 1 << 20;

/**
 * Reads any ranges while reading the file in whole chunks. The library does not cache a decompressed chunk between calls, so
 * ranges that split chunks would decompress them twice.
 */
export class LibraryReader implements SyncNumberReader {
  readonly length: number;
  private readonly step: number;
  private start = 0;
  private held: NumericArray | undefined;

  constructor(
    private readonly file: HdfFile,
    private readonly path: string,
  ) {
    const { shape, chunks } = file.metadata(path);
    this.length = shape?.[0] ?? 0;
    const chunk = chunks?.[0] ?? 1;
    this.step = Math.max(1, Math.ceil(READ_AHEAD / chunk)) * chunk;
  }

  read(from: number, to: number): NumericArray {
    const heldEnd = this.start + (this.held?.length ?? 0);
    if (!this.held || from < this.start || from > heldEnd) {
      this.start = Math.floor(from / this.step) * this.step;
      this.held = this.fetch(this.start, this.align(to));
    } else if (to > heldEnd) {
      const tail = this.held.subarray(from - this.start);
      const fresh = this.fetch(heldEnd, this.align(to));
      this.held = join(tail, fresh);
      this.start = from;
    }
    return this.held.slice(from - this.start, to - this.start);
  }

  private align(to: number): number {
    return Math.min(this.length, Math.ceil(to / this.step) * this.step);
  }

  private fetch(from: number, to: number): NumericArray {
    if (to <= from) return this.file.readNumbers(this.path, 0, 0);
    return this.file.readNumbers(this.path, from, to);
  }
}

function join(a: NumericArray, b: NumericArray): NumericArray {
  if (a.length === 0) return b;
  const both = new (a.constructor as new (length: number) => NumericArray)(a.length + b.length);
  // Two reads of a dataset have the same element type, which the compiler cannot infer from the union.
  (both as Float64Array).set(a as Float64Array);
  (both as Float64Array).set(b as Float64Array, a.length);
  return both;
}
