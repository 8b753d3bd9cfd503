import type { BinnedMatrix } from './binned-matrix.js';
import type { GainTerms } from './gradient-gain.js';
import type { ListedColumns } from './listed-columns.js';

/** Blocks that the columns are searched in; a number that does not depend on the threads. */
export const BLOCKS = 32;

/** What the threads that look for splits share. Arrays over nodes hold the nodes of one depth that may be split. */
export interface SplitSearch {
  binned: BinnedMatrix;
  listed: ListedColumns;
  /** Nodes, columns of this tree, and rows in the nodes. */
  sizes: Int32Array;
  /** The numbers of {@link GainTerms}. */
  terms: Float64Array;
  /** Columns this tree may use, ascending. */
  features: Int32Array;
  /** Packed derivatives by row, and in the order of `rows`. */
  packed: Float64Array;
  ordered: Float64Array;
  /** Training rows, those of a node side by side. */
  rows: Int32Array;
  /** Node of each row; the number of nodes for rows of none. */
  slotOf: Int32Array;
  starts: Int32Array;
  ends: Int32Array;
  /** Packed sum of each node. */
  sums: Float64Array;
  /** Best split that each block found for each node, `[block * most + node]`. */
  most: number;
  score: Float64Array;
  feature: Int32Array;
  bin: Int32Array;
  next: Int32Array;
  missingLeft: Int32Array;
}

export function storeTerms(search: SplitSearch, terms: GainTerms): void {
  const { lambda, alpha, gamma, minChildWeight, gradientStep, hessianStep } = terms;
  search.terms.set([lambda, alpha, gamma, minChildWeight, gradientStep, hessianStep]);
}

export function storedTerms({ terms }: SplitSearch): GainTerms {
  return {
    lambda: terms[0],
    alpha: terms[1],
    gamma: terms[2],
    minChildWeight: terms[3],
    gradientStep: terms[4],
    hessianStep: terms[5],
  };
}
