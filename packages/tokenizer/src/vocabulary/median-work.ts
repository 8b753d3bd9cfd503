import type { BlockFacts, BlockWork, GivenBlock } from '../blocks/block-work.js';
import { TARGET_SUM, usableTotals } from '../counts/cell-totals.js';
import { scanBlock } from '../counts/scan-block.js';
import { RowGatherer } from '../encode/row-gatherer.js';
import { MedianSketch, type SketchParts } from './median-sketch.js';

/** The settings of `MedianWork`. */
export interface MedianPlan {
  /** Gene of each column of the matrix, −1 if it has none. */
  geneOfColumn: Int32Array;
  /** Number of genes of the whole corpus. */
  genes: number;
  /** One byte per column, 1 if its counts are not part of the totals; default none. */
  uncounted?: Uint8Array | undefined;
}

/** Scans blocks and collects each gene's counts per 10,000. */
export class MedianWork implements BlockWork<BlockFacts, SketchParts> {
  private readonly sketch: MedianSketch;
  private readonly gatherer: RowGatherer;

  private readonly uncounted: Uint8Array | undefined;

  constructor({ geneOfColumn, genes, uncounted }: MedianPlan) {
    this.uncounted = uncounted;
    const named = geneOfColumn.filter((gene) => gene >= 0);
    this.sketch = new MedianSketch(genes);
    this.gatherer = new RowGatherer(geneOfColumn, new Set(named).size < named.length, genes);
  }

  run({ block, keep, stated }: GivenBlock): BlockFacts {
    const { rowStart, rows } = block;
    const scan = scanBlock(block, keep, this.uncounted);
    const totals = scan.invalidRow < 0 ? usableTotals(scan.totals, stated) : undefined;
    if (totals) this.collect(block, totals, keep);
    return { rowStart, rows, scan };
  }

  private collect(block: GivenBlock['block'], totals: Float64Array, keep: Uint8Array | undefined): void {
    const { gatherer, sketch } = this;
    for (let row = 0; row < block.rows; row++) {
      if (keep !== undefined && keep[row] === 0) continue;
      const n = gatherer.gather(block, row);
      const { tokens: genes, counts } = gatherer;
      const total = totals[row];
      for (let i = 0; i < n; i++) sketch.add(genes[i], (counts[i] / total) * TARGET_SUM);
    }
  }

  finish(): SketchParts {
    return this.sketch.parts();
  }
}
