import { sha256 } from '@geneformer-ts/io';
import type { Cells } from './cells.js';
import type { Weights } from './weights.js';

/** Digest of which tokens are in which cell (and of labels, when given): equal only for the same data in the same order. */
export function cellsDigest({ inputIds, offsets }: Cells, labels?: Int32Array): string {
  return arraysDigest([inputIds, offsets, ...(labels ? [labels] : [])]);
}

/** Digest of every weight, to the bit. */
export function weightsDigest(weights: Weights): string {
  return arraysDigest([...weights.values()]);
}

function arraysDigest(arrays: readonly (Int32Array | Float32Array)[]): string {
  return sha256(arrays.map((a) => sha256(new Uint8Array(a.buffer, a.byteOffset, a.byteLength))).join());
}
