import { sha256 } from '@geneformer-ts/io';
import type { Cells } from './cells.js';

/** Digest of which tokens are in which cell (and of labels, when given): equal only for the same data in the same order. */
export function cellsDigest({ inputIds, offsets }: Cells, labels?: Int32Array): string {
  const parts = [inputIds, offsets, ...(labels ? [labels] : [])];
  return sha256(parts.map((part) => sha256(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))).join());
}
