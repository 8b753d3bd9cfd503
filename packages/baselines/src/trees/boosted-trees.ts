import type { Tree } from '../tree.js';

/** Fitted boosted trees: all that predictions depend on. */
export interface BoostedModel {
  cols: number;
  classes: number;
  /** Classes that had training rows. */
  present: Int32Array;
  /** Margins a row has: one for two present classes, else one each. */
  outputs: number;
  /** Margin of each output before the first tree. */
  baseMargins: Float64Array;
  /** What a value is that a sparse matrix does not store: 0, or NaN for missing. */
  absent: number;
  trees: Tree[];
  /** The margin that each tree adds to. */
  outputOf: Int32Array;
}
