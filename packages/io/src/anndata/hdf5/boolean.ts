import { FormatError } from '@geneformer-ts/core';
import { open } from 'node:fs/promises';

/**
 * The WebAssembly build of HDF5 has no call that makes an enumeration, and an enumeration {FALSE, TRUE} over int8 is how
 * h5py, and so anndata, stores booleans. A boolean array is therefore first made as records of one int8, whose description
 * in the file is longer than the enumeration's, and when the file is complete the description is overwritten in place. Both
 * take one byte an element, so nothing else changes.
 */
export const BOOLEAN_PLACEHOLDER = 'geneformer-ts.boolean';

/** Class and version (compound, 1), one member, one byte an element: HDF5 file format specification, IV.A.2.d. */
const RECORD_HEAD = [0x16, 1, 0, 0, 1, 0, 0, 0];
/** Behind the member's name: offset, dimensions (none, but room for four) and its own description, an int8. */
const RECORD_MEMBER = 4 + 8 + 4 + 16 + 12;
const INT8 = [0x10, 0x08, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0];
const ENUMERATION = [0x18, 2, 0, 0, 1, 0, 0, 0, ...INT8, ...padded('FALSE'), ...padded('TRUE'), 0, 1];

/** Names in a version 1 description are padded with zeros to a multiple of eight bytes. */
function padded(name: string): number[] {
  const bytes = [...Buffer.from(name), 0];
  while (bytes.length % 8) bytes.push(0);
  return bytes;
}

/** Rewrites every placeholder description of the closed file at `path`. */
export async function settleBooleans(path: string): Promise<void> {
  const head = Buffer.from([...RECORD_HEAD, ...padded(BOOLEAN_PLACEHOLDER)]);
  const enumeration = Buffer.alloc(head.length + RECORD_MEMBER);
  enumeration.set(ENUMERATION);
  const file = await open(path, 'r+');
  try {
    const window = Buffer.alloc(1 << 22);
    let found = 0;
    const { size } = await file.stat();
    for (let at = 0; at < size; at += window.length - head.length) {
      const { bytesRead } = await file.read(window, 0, window.length, at);
      const bytes = window.subarray(0, bytesRead);
      for (let hit = bytes.indexOf(head); hit >= 0; hit = bytes.indexOf(head, hit + 1)) {
        await file.write(enumeration, 0, enumeration.length, at + hit);
        found++;
      }
    }
    if (found === 0) throw new FormatError(path, 'booleans', 'were not found again', 'report this as a defect');
  } finally {
    await file.close();
  }
}
