/** The nearest rows of each query row, nearest first; of rows at the same distance the one with the lower number. */
export interface Neighbors {
  /** Neighbors per query row. */
  k: number;
  /** Row numbers, query rows × k, row-major. */
  indices: Int32Array;
  /** Distances to them, query rows × k, row-major. */
  distances: Float64Array;
}

/** Rows searched before the caller gets a turn. */
export const rowsPerTurn = 64;

/** Largest sum of squares: rows whose distance overflows are all as far. In a constant, because hot loops compare with it. */
export const farthest = Number.MAX_VALUE;
