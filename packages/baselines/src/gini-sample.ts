import type { BinnedMatrix } from './binned-matrix.js';
import type { ListedColumns } from './listed-columns.js';

/** What the trees of a forest are grown on. */
export interface GiniSample {
  binned: BinnedMatrix;
  /** The same bins as `[row * cols + col]`. */
  rowBins: Uint8Array;
  listed: ListedColumns;
  y: Int32Array;
  classes: number;
  /** Weight of each row: how often the bootstrap drew it, times the weight of its class. */
  weights: Float64Array;
}
