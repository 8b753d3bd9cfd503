import { fileError } from '@geneformer-ts/core/node';
import { closeSync, fstatSync, openSync, readSync, writeSync } from '@geneformer-ts/core/system';
import type { HdfBytes } from './layout.js';
import { lookup3 } from './lookup3.js';

/** The bytes of an HDF5 file of this package, such as a copy, that are changed in place while no library has it open. */
export class EditedFile implements HdfBytes {
  private constructor(
    readonly path: string,
    private readonly descriptor: number,
    readonly size: number,
  ) {}

  /** @throws FileMissingError; FileAccessError */
  static open(path: string): EditedFile {
    try {
      const descriptor = openSync(path, 'r+');
      return new EditedFile(path, descriptor, fstatSync(descriptor).size);
    } catch (cause) {
      throw fileError(path, cause);
    }
  }

  view(position: number, length: number): DataView | undefined {
    if (!Number.isSafeInteger(position) || position < 0 || position + length > this.size) return undefined;
    const bytes = new Uint8Array(length);
    try {
      for (let done = 0; done < length;) {
        const count = readSync(this.descriptor, bytes, done, length - done, position + done);
        if (count === 0) return undefined;
        done += count;
      }
    } catch (cause) {
      throw fileError(this.path, cause);
    }
    return new DataView(bytes.buffer);
  }

  /** @throws FileAccessError */
  write(position: number, bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.descriptor, bytes, done, bytes.length - done, position + done);
      }
    } catch (cause) {
      throw fileError(this.path, cause);
    }
  }

  /** Returns whether the four bytes at `to` are the checksum of the bytes from `from` to `to`. */
  isIntact({ from, to }: { from: number; to: number }): boolean {
    const bytes = this.view(from, to - from);
    const stored = this.view(to, 4);
    return bytes !== undefined && stored?.getUint32(0, true) === lookup3(bytesOf(bytes));
  }

  /** Writes the checksum of the bytes from `from` to `to` after them. */
  writeChecksum({ from, to }: { from: number; to: number }): void {
    const sum = new DataView(new ArrayBuffer(4));
    sum.setUint32(0, lookup3(bytesOf(this.view(from, to - from)!)), true);
    this.write(to, bytesOf(sum));
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Returns the bytes of a view. */
export function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
