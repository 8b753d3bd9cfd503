/**
 * Attention is computed in blocks of the score matrix: several whole planes (a plane is one batch row and head) if planes are small, or
 * some rows of one plane if they are large. Blocks have equal sizes, because they are iterations of one ONNX Scan. Small blocks stay in
 * the cache; with large blocks the matrix products pack the keys and values of a plane less often. Gradients at 2048 tokens are fastest
 * with blocks of two megabytes; with half a megabyte they take a quarter longer.
 */

/** Maximum number of scores per block. */
const BLOCK_ELEMENTS = 1 << 19;

/** Division of the score matrix into blocks. */
export interface Blocks {
  /** Number of blocks. */
  count: number;
  /** Planes per block. */
  planes: number;
  /** Rows of each plane per block: all rows, or a part of the rows of one plane. */
  rows: number;
  /** Number of blocks per plane if blocks are parts of planes, otherwise 1. */
  perPlane: number;
}

/**
 * Returns the blocks of a score matrix.
 *
 * @param queries rows of a plane, one per query
 * @param length columns of a plane, one per key
 */
export function blocksOf(planes: number, queries: number, length: number): Blocks {
  if (queries * length <= BLOCK_ELEMENTS) {
    const together = largestDivisor(planes, Math.floor(BLOCK_ELEMENTS / (queries * length)));
    return { count: planes / together, planes: together, rows: queries, perPlane: 1 };
  }
  const rows = largestDivisor(queries, Math.max(1, Math.floor(BLOCK_ELEMENTS / length)));
  // Without a useful divisor, whole planes are faster than very small blocks.
  if (rows < 32) return { count: planes, planes: 1, rows: queries, perPlane: 1 };
  return { count: (planes * queries) / rows, planes: 1, rows, perPlane: queries / rows };
}

function largestDivisor(n: number, limit: number): number {
  for (let divisor = Math.min(n, limit); divisor > 1; divisor--) if (n % divisor === 0) return divisor;
  return 1;
}
