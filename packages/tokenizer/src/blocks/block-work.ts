import type { CountMatrix, CsrBlock } from '@geneformer-ts/io';
import type { BlockScan } from '../counts/scan-block.js';
import type { WorkPlan } from './start-work.js';

/** A block of a file, with the facts about its cells that obs gives. */
export interface GivenBlock {
  block: CsrBlock;
  /** One byte per row, 1 for the rows to use; default all. */
  keep?: Uint8Array | undefined;
  /** Totals of the rows as the file states them; default the sums of the rows. */
  stated?: Float64Array | undefined;
}

/** Facts about a block that the main thread needs to check the file, for any kind of work. */
export interface BlockFacts {
  rowStart: number;
  rows: number;
  scan: BlockScan;
}

/**
 * Work on the blocks of a file, in this thread or another. Blocks are independent and come in any order; the result of
 * `finish` must not depend on which thread processed which block.
 */
export interface BlockWork<Result extends BlockFacts, Rest> {
  /** Processes one block. */
  run(given: GivenBlock): Result;
  /** Returns what was collected over all blocks. */
  finish(): Rest;
}

/** A range of rows for a thread, to be processed in blocks. */
export interface BlockTask {
  from: number;
  to: number;
  blockRows: number;
  /** One byte per row, 1 for the rows to use; undefined for all. */
  keep: Uint8Array | undefined;
  /** Totals of the rows as the file states them; undefined for the sums of the rows. */
  stated: Float64Array | undefined;
  /** The rows themselves, if the thread cannot read them. Transferred: the sender's arrays are empty afterwards. */
  block?: CsrBlock;
}

/** What every thread gets when it starts. */
export interface ThreadBrief {
  plan: WorkPlan;
  reopen: CountMatrix['reopen'];
}
