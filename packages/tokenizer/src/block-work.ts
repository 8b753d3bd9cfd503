import type { CsrBlock } from '@geneformer-ts/io';
import type { BlockScan } from './scan-block.js';

/** A block of a file with what is known of its cells beforehand. */
export interface GivenBlock {
  block: CsrBlock;
  /** Rows to take (1); all if left out. */
  keep?: Uint8Array | undefined;
  /** Totals that the file states; the sums of the rows if left out. */
  stated?: Float64Array | undefined;
}

/** What is told of every block, whatever was done to it, so that the thread in charge can judge the file. */
export interface BlockFacts {
  rowStart: number;
  rows: number;
  scan: BlockScan;
}

/**
 * What is done to the blocks of a file, in this thread or in another: each block by itself, in any order. What is left when all
 * are done must not depend on who did which.
 */
export interface BlockWork<Result extends BlockFacts, Rest> {
  run(given: GivenBlock): Result;
  /** What was gathered over all blocks. */
  finish(): Rest;
}
