import type { CellSource, CsrBlock } from '@geneformer-ts/io';
import type { BlockScan } from './counts/scan-block.js';
import type { WorkPlan } from './start-work.js';

/** A block of a file with what is known of its cells beforehand. */
export interface GivenBlock {
  block: CsrBlock;
  /** Rows to take (1); all if left out. */
  keep?: Uint8Array | undefined;
  /** Totals that the file states; the sums of the rows if left out. */
  stated?: Float64Array | undefined;
}

/** Facts about a block that the main thread needs to judge the file, whatever work was done on it. */
export interface BlockFacts {
  rowStart: number;
  rows: number;
  scan: BlockScan;
}

/**
 * Work on the blocks of a file, in this thread or in another: each block by itself, in any order. The rest that remains
 * at the end must not depend on which thread did which block.
 */
export interface BlockWork<Result extends BlockFacts, Rest> {
  run(given: GivenBlock): Result;
  /** Returns what was gathered over all blocks. */
  finish(): Rest;
}

/** Rows for a thread to work on, in blocks. */
export interface BlockTask {
  from: number;
  to: number;
  blockRows: number;
  /** One byte per row, 1 for the rows to take; all if undefined. */
  keep: Uint8Array | undefined;
  /** The totals that the file states for the rows; summed if undefined. */
  stated: Float64Array | undefined;
  /** The rows themselves, when the thread cannot read them. Moved: the sender's arrays are empty afterwards. */
  block?: CsrBlock;
}

/** What every thread is told once. */
export interface ThreadBrief {
  plan: WorkPlan;
  reopen: CellSource['reopen'];
}
