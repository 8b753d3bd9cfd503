import { sha256 } from '@geneformer-ts/core/node';
import { type AnyCells, isStore } from './cells.js';
import type { Weights } from './weights.js';

/** Digest of which tokens are in which cell (and of labels, when given): equal only for the same data in the same order. */
export function cellsDigest(cells: AnyCells, labels?: Int32Array | Float32Array): string {
  const own = isStore(cells) ? cells.digest : arraysDigest([cells.inputIds, cells.offsets]);
  return labels ? sha256(own + arraysDigest([labels])) : own;
}

/** Digest of every weight, to the bit. */
export function weightsDigest(weights: Weights): string {
  return arraysDigest([...weights.values()]);
}

function arraysDigest(arrays: readonly (Int32Array | Float32Array)[]): string {
  return sha256(arrays.map((a) => sha256(new Uint8Array(a.buffer, a.byteOffset, a.byteLength))).join());
}
