import { FormatError } from '@geneformer-ts/core';
import { open } from '@geneformer-ts/core/system';
import { utf8 } from '../../base/encode.js';

/**
 * Name of the record member that marks booleans.
 *
 * h5py and anndata store booleans as an enumeration {FALSE, TRUE} over int8, which the WebAssembly build of HDF5 cannot
 * create. So booleans are written as records of one int8 first, and `writeBooleanTypes` overwrites the type description in
 * the complete file. The enumeration's description is shorter, and both types take one byte per element, so nothing else
 * changes.
 */
export const BOOLEAN_PLACEHOLDER = 'geneformer-ts.boolean';

/** Class and version (compound, 1), one member, one byte per element: HDF5 file format specification, IV.A.2.d. */
const RECORD_HEAD = [0x16, 1, 0, 0, 1, 0, 0, 0];
/** Bytes after the member's name: offset, dimensions (none, but four fields) and its type, an int8. */
const RECORD_MEMBER = 4 + 8 + 4 + 16 + 12;
const INT8 = [0x10, 0x08, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0];
const ENUMERATION = [0x18, 2, 0, 0, 1, 0, 0, 0, ...INT8, ...padded('FALSE'), ...padded('TRUE'), 0, 1];

/** Pads a name with zeros to a multiple of eight bytes, as required by version 1 descriptions. */
function padded(name: string): number[] {
  const bytes = [...utf8(name), 0];
  while (bytes.length % 8) bytes.push(0);
  return bytes;
}

/**
 * Replaces every placeholder description in the closed file at `path` by that of the boolean type.
 *
 * @param from position from which on descriptions are replaced; those of new objects are at the end of a file
 * @param expected smallest number of descriptions
 */
export async function writeBooleanTypes(path: string, from: number, expected: number): Promise<void> {
  const head = Uint8Array.of(...RECORD_HEAD, ...padded(BOOLEAN_PLACEHOLDER));
  const enumeration = new Uint8Array(head.length + RECORD_MEMBER);
  enumeration.set(ENUMERATION);
  const file = await open(path, 'r+');
  try {
    const window = new Uint8Array(1 << 22);
    let found = 0;
    const { size } = await file.stat();
    for (let at = from; at < size; at += window.length - head.length) {
      const { bytesRead } = await file.read(window, 0, window.length, at);
      const bytes = window.subarray(0, bytesRead);
      for (let hit = indexOf(bytes, head, 0); hit >= 0; hit = indexOf(bytes, head, hit + 1)) {
        await file.write(enumeration, 0, enumeration.length, at + hit);
        found++;
      }
    }
    // The library may leave an unused copy of a description behind.
    if (found < expected)
      throw new FormatError(
        path,
        'booleans',
        `${found} of ${expected} were found after writing`,
        'report this as a bug',
      );
  } finally {
    await file.close();
  }
}

/** Returns where `part` begins in `bytes` from a position on, or −1. */
function indexOf(bytes: Uint8Array, part: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(part[0], from); at >= 0; at = bytes.indexOf(part[0], at + 1)) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
