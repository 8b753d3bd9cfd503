/**
 * Attention is worked through in blocks of its score matrix that fit the cache: some whole planes (a plane is one batch row and
 * head) when planes are small, or some rows of one plane when they are large. Blocks are equal, because they are iterations of one
 * ONNX Scan, and they are also the pieces in which the dropout mask is drawn.
 */
import { maskStart } from '../random/mask-pool.js';

/** Scores in a block. */
export const BLOCK_ELEMENTS = 1 << 18;

export interface Blocks {
  count: number;
  /** Planes in a block. */
  planes: number;
  /** Rows of each plane in a block: all of them, or a part of one plane. */
  rows: number;
  /** Blocks that a plane is cut into, when rows are a part. */
  perPlane: number;
}

export function blocksOf(planes: number, length: number): Blocks {
  if (length * length <= BLOCK_ELEMENTS) {
    const together = largestDivisor(planes, Math.floor(BLOCK_ELEMENTS / (length * length)));
    return { count: planes / together, planes: together, rows: length, perPlane: 1 };
  }
  const rows = largestDivisor(length, Math.max(1, Math.floor(BLOCK_ELEMENTS / length)));
  // A length without a useful divisor is better taken whole than in slivers.
  if (rows < 32) return { count: planes, planes: 1, rows: length, perPlane: 1 };
  return { count: (planes * length) / rows, planes: 1, rows, perPlane: length / rows };
}

/** Where in the mask pool each block's mask begins. */
export function maskStarts(blocks: Blocks, seed: number): Int32Array {
  return Int32Array.from({ length: blocks.count }, (_, block) => maskStart(seed, block));
}

function largestDivisor(n: number, limit: number): number {
  for (let divisor = Math.min(n, limit); divisor > 1; divisor--) if (n % divisor === 0) return divisor;
  return 1;
}
