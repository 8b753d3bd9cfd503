import type { HdfFile } from './file.js';
import type { NumberReader, NumericArray } from './number-reader.js';

/** The fastest reader there is for a dataset: straight from the file where its layout is a common one, else by the library. */
export function openNumbers(file: HdfFile, path: string): NumberReader {
  return file.rawReader(path) ?? new LibraryReader(file, path);
}

/** Elements read at once, unless one chunk of the file is larger. */
const AHEAD = 1 << 20;

/**
 * Reads pieces of the caller's choosing, while the file is read in whole chunks: the library forgets an unpacked chunk
 * between two calls, so pieces that cut through chunks would unpack them twice.
 */
class LibraryReader implements NumberReader {
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
    this.step = Math.max(1, Math.ceil(AHEAD / chunk)) * chunk;
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
  // Two reads of one dataset have one element type, which the compiler cannot know of the union.
  (both as Float64Array).set(a as Float64Array);
  (both as Float64Array).set(b as Float64Array, a.length);
  return both;
}
