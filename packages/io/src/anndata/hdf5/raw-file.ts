import { FormatError } from '@geneformer-ts/core';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const SIGNATURE = '\x89HDF\r\n\x1a\n';
/** The longest single read the operating system takes. */
const LONGEST_READ = 1 << 30;

/**
 * The bytes of an HDF5 file, beside the library: what a dataset holds can be taken from its place in the file without passing
 * through the library's memory. Only for files whose addresses count from their first byte and take eight bytes, which is
 * what every common writer makes.
 */
export class RawFile {
  private constructor(
    readonly path: string,
    private readonly descriptor: number,
    readonly size: number,
  ) {}

  /** Undefined when the file is of a kind that this class does not read. */
  static open(path: string): RawFile | undefined {
    const descriptor = openSync(path, 'r');
    const file = new RawFile(path, descriptor, fstatSync(descriptor).size);
    if (isPlain(file.view(0, Math.min(64, file.size)))) return file;
    file.close();
    return undefined;
  }

  close(): void {
    closeSync(this.descriptor);
  }

  /** Bytes for parsing; undefined when the file does not reach that far. */
  view(position: number, length: number): DataView | undefined {
    if (!Number.isSafeInteger(position) || position < 0 || position + length > this.size) return undefined;
    const bytes = new Uint8Array(length);
    this.fill(bytes, position, 'file');
    return new DataView(bytes.buffer);
  }

  /**
   * Reads as many bytes as `target` has.
   * @throws FormatError when the file ends before
   */
  fill(target: Uint8Array, position: number, field: string): void {
    for (let done = 0; done < target.length;) {
      const count = readSync(
        this.descriptor,
        target,
        done,
        Math.min(LONGEST_READ, target.length - done),
        position + done,
      );
      if (count === 0) {
        throw new FormatError(
          this.path,
          field,
          `lies at bytes ${position} to ${position + target.length} of a file of ${this.size}`,
          'the file is damaged or incomplete; download it again',
        );
      }
      done += count;
    }
  }
}

/** Whether the superblock (HDF5 file format specification, II.A) has addresses of eight bytes that begin at byte 0. */
function isPlain(view: DataView | undefined): boolean {
  if (!view || view.byteLength < 48) return false;
  for (let i = 0; i < SIGNATURE.length; i++) if (view.getUint8(i) !== SIGNATURE.charCodeAt(i)) return false;
  const version = view.getUint8(8);
  if (version > 3) return false;
  const [sizes, base] = version < 2 ? [13, version === 0 ? 24 : 28] : [9, 12];
  return view.getUint8(sizes) === 8 && view.getUint8(sizes + 1) === 8 && view.getBigUint64(base, true) === 0n;
}
