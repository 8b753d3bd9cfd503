import { FormatError } from '@geneformer-ts/core';
import type { SyncFile } from '../../base/sync-file.js';

const SIGNATURE = '\x89HDF\r\n\x1a\n';
/**
 * The bytes of an HDF5 file, for reading datasets without copying them through the library's memory. Supports files with
 * eight-byte addresses relative to the first byte, which all common writers produce.
 */
export class RawFile {
  private constructor(
    readonly path: string,
    private readonly file: SyncFile,
  ) {}

  /** Returns undefined if this class does not support the addresses of the file. The caller closes `file`. */
  static over(path: string, file: SyncFile): RawFile | undefined {
    const raw = new RawFile(path, file);
    return hasCommonAddresses(raw.view(0, Math.min(64, file.byteLength))) ? raw : undefined;
  }

  get size(): number {
    return this.file.byteLength;
  }

  /** Reads bytes for parsing. Returns undefined if the range is not inside the file. */
  view(position: number, length: number): DataView | undefined {
    if (!Number.isSafeInteger(position) || position < 0 || position + length > this.size) return undefined;
    const bytes = new Uint8Array(length);
    this.fill(bytes, position, 'file');
    return new DataView(bytes.buffer);
  }

  /**
   * Fills `target` with the bytes from `position` on.
   *
   * @throws FormatError when the file ends earlier; FileAccessError when it was written meanwhile
   */
  fill(target: Uint8Array, position: number, field: string): void {
    if (position + target.length > this.size) {
      throw new FormatError(
        this.path,
        field,
        `is at bytes ${position} to ${position + target.length} of a file of ${this.size} bytes`,
        'the file is damaged or incomplete; download it again',
      );
    }
    this.file.read(target, target.length, position);
    this.file.checkUnchanged();
  }
}

/** Returns whether the superblock (HDF5 file format specification, II.A) has eight-byte addresses relative to byte 0. */
function hasCommonAddresses(view: DataView | undefined): boolean {
  if (!view || view.byteLength < 48) return false;
  for (let i = 0; i < SIGNATURE.length; i++) if (view.getUint8(i) !== SIGNATURE.charCodeAt(i)) return false;
  const version = view.getUint8(8);
  if (version > 3) return false;
  const [sizes, base] = version < 2 ? [13, version === 0 ? 24 : 28] : [9, 12];
  return view.getUint8(sizes) === 8 && view.getUint8(sizes + 1) === 8 && view.getBigUint64(base, true) === 0n;
}
