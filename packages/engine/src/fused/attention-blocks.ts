/**
 * Attention is worked through in blocks of its score matrix: some whole planes (a plane is one batch row and head) when planes are
 * small, or some rows of one plane when they are large. Blocks are equal, because they are iterations of one ONNX Scan. A small block
 * stays in the cache; a large one spares the matrix products from packing the keys and values of its plane again and again. Two
 * megabytes is where a gradient is fastest at 2048 tokens: half a megabyte takes a quarter longer.
 */

/** Scores in a block, at most. */
const BLOCK_ELEMENTS = 1 << 19;

export interface Blocks {
  count: number;
  /** Planes in a block. */
  planes: number;
  /** Rows of each plane in a block: all of them, or a part of one plane. */
  rows: number;
  /** Blocks that a plane is cut into, when rows are a part. */
  perPlane: number;
}

/** @param queries rows of a plane; length is its columns, one for each key */
export function blocksOf(planes: number, queries: number, length: number): Blocks {
  if (queries * length <= BLOCK_ELEMENTS) {
    const together = largestDivisor(planes, Math.floor(BLOCK_ELEMENTS / (queries * length)));
    return { count: planes / together, planes: together, rows: queries, perPlane: 1 };
  }
  const rows = largestDivisor(queries, Math.max(1, Math.floor(BLOCK_ELEMENTS / length)));
  // A number without a useful divisor is better taken whole than in slivers.
  if (rows < 32) return { count: planes, planes: 1, rows: queries, perPlane: 1 };
  return { count: (planes * queries) / rows, planes: 1, rows, perPlane: queries / rows };
}

function largestDivisor(n: number, limit: number): number {
  for (let divisor = Math.min(n, limit); divisor > 1; divisor--) if (n % divisor === 0) return divisor;
  return 1;
}
