import type { Tree } from './tree.js';

/** Fitted boosted trees: all that predictions depend on. */
export interface BoostedModel {
  cols: number;
  classes: number;
  /** Classes that had training rows. */
  present: Int32Array;
  /** Margins a row has: one for two present classes, else one each. */
  outputs: number;
  /** Margin before the first tree. */
  baseMargin: number;
  trees: Tree[];
  /** The margin that each tree adds to. */
  outputOf: Int32Array;
}
