import { BlockEncoder, type EncodedBlock, type EncodePlan } from './block-encoder.js';
import type { BlockFacts, BlockWork, GivenBlock } from './block-work.js';
import { usableTotals } from './cell-totals.js';
import { scanBlock } from './scan-block.js';

export type { EncodePlan } from './block-encoder.js';

export interface EncodedRows extends BlockFacts {
  encoded: EncodedBlock;
}

/** Scans and encodes blocks. A block that will be refused, for its values or its totals, comes back without sequences. */
export class EncodeWork implements BlockWork<EncodedRows, undefined> {
  private readonly encoder: BlockEncoder;

  constructor(private readonly plan: EncodePlan) {
    this.encoder = new BlockEncoder(plan);
  }

  run({ block, keep, stated }: GivenBlock): EncodedRows {
    const { rowStart, rows } = block;
    const scan = scanBlock(block, keep, this.plan.uncounted);
    const totals = scan.invalidRow < 0 ? usableTotals(scan.totals, stated) : undefined;
    return { rowStart, rows, scan, encoded: totals ? this.encoder.encode(block, totals, keep) : noCells() };
  }

  finish(): undefined {
    return undefined;
  }
}

function noCells(): EncodedBlock {
  return {
    cells: 0,
    rows: new Int32Array(0),
    offsets: new Int32Array(1),
    inputIds: new Int32Array(0),
    emptyRows: new Int32Array(0),
    truncated: 0,
  };
}
